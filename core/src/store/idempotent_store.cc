#include <dropzone/store/idempotent_store.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <dropzone/expects.h>
#include <dropzone/store/store_ledger.h>
#include <dropzone/text/hex.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

Error in_progress() {
  return {.code = ErrorCode::idempotency_in_progress,
          .detail =
              "A request with this Idempotency-Key is being carried out; repeat it a little later "
              "to get its report.",
          .retry_after = 1};
}

Error mismatch() {
  return {ErrorCode::idempotency_mismatch,
          "Another request was stored under this Idempotency-Key. Use a new key for a new request, "
          "and repeat a request as it was: path, parameters, media type and body."};
}

Error unreadable_receipt() {
  return {ErrorCode::store_corrupt, "A receipt of an Idempotency-Key cannot be read."};
}

const std::string* text_in(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value ? value->as_string() : nullptr;
}

// What is stored under its own _id is one word.
Value text_of(const StoreResult& result) {
  const std::string status(status_name(result.status));
  if (result.id.empty() && result.status != StoreStatus::rejected) return status;
  Object entry{{"status", status}};
  if (!result.id.empty()) entry.append("_id", result.id);
  if (!result.reject_id.empty()) entry.append("rejectId", result.reject_id);
  if (result.status == StoreStatus::rejected) {
    entry.append("code", error_name(result.error.code));
    if (!result.error.pointer.empty()) entry.append("pointer", result.error.pointer);
  }
  return entry;
}

std::optional<StoreStatus> find_store_status(std::string_view name) {
  for (const StoreStatus status : {StoreStatus::stored, StoreStatus::replaced, StoreStatus::skipped,
                                   StoreStatus::rejected, StoreStatus::aborted}) {
    if (status_name(status) == name) return status;
  }
  return std::nullopt;
}

std::string detail_of(ErrorCode code) {
  if (code == ErrorCode::already_exists) return "A record with this _id exists.";
  return "The record was refused when this request was first made.";
}

std::optional<StoreResult> result_in(const Value& value) {
  const Object* const entry = value.as_object();
  const std::string* const name = entry ? text_in(*entry, "status") : value.as_string();
  const auto status = name ? find_store_status(*name) : std::nullopt;
  if (!status) return std::nullopt;
  StoreResult result;
  result.status = *status;
  if (!entry) return result;
  if (const auto* const id = text_in(*entry, "_id")) result.id = *id;
  if (const auto* const id = text_in(*entry, "rejectId")) result.reject_id = *id;
  if (const auto* const code = text_in(*entry, "code")) {
    result.error.code = find_error(*code);
    result.error.detail = detail_of(result.error.code);
  }
  if (const auto* const pointer = text_in(*entry, "pointer")) result.error.pointer = *pointer;
  return result;
}

}  // namespace

/// What the receipts of a request say.
struct IdempotentStore::Account {
  std::string id;  ///< Of the first receipt.
  std::string request;
  std::string pipeline;
  std::size_t records = 0;
  std::string chain;    ///< What the ids of the other receipts begin with.
  std::string version;  ///< Of the first receipt; empty: there is none.
  Timestamp created_at;
  std::vector<StoreResult> results;

  [[nodiscard]] bool is_new() const { return version.empty(); }
  [[nodiscard]] std::string id_at(std::size_t first) const {
    return first == 0 ? id : chain + '-' + std::to_string(first);
  }
};

/// Writes the receipts of a request.
class IdempotentStore::Ledger final : public StoreLedger {
 public:
  Ledger(const DropZone::Ports& ports, const Account& account) : ports_(ports), account_(account) {}

  [[nodiscard]] std::string kind() const override { return std::string(kIdempotencyKind); }
  [[nodiscard]] std::string id(std::size_t first) const override { return account_.id_at(first); }

  [[nodiscard]] Write entry(std::size_t first,
                            std::span<const StoreResult> results) const override {
    Array texts;
    for (const StoreResult& result : results) texts.push_back(text_of(result));
    Object object;
    if (first == 0) {
      object = {{"request", account_.request},
                {"pipeline", account_.pipeline},
                {"records", static_cast<std::int64_t>(account_.records)},
                {"chain", account_.chain}};
    }
    object.append("results", std::move(texts));
    const Timestamp now = ports_.clock.now();
    return {.kind = kind(),
            .id = id(first),
            .original = to_json(object),
            .data = {},
            .data_json = "{}",
            .meta = {.created_at = now,
                     .updated_at = now,
                     .version = ports_.ids.next(),
                     .pipeline = std::string(kIdempotencyKind) + "@1",
                     .sha256 = {}},
            .kept_for = kIdempotencyRetention};
  }

 private:
  const DropZone::Ports& ports_;
  const Account& account_;
};

namespace {

std::string receipt_id(const std::string& principal, const std::string& key, const Digest& digest) {
  return hex_of(digest.sha256(std::to_string(principal.size()) + ':' + principal + key));
}

}  // namespace

/// Holds an id among those under way.
class IdempotentStore::Turn {
 public:
  Turn(IdempotentStore& store, const std::string& id) : store_(store), id_(id) {
    const MutexLock lock(store_.mutex_);
    is_held_ = store_.under_way_.insert(id_).second;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (!is_held_) return;
    const MutexLock lock(store_.mutex_);
    store_.under_way_.erase(id_);
  }
  [[nodiscard]] bool is_held() const noexcept { return is_held_; }

 private:
  IdempotentStore& store_;
  const std::string& id_;
  bool is_held_ = false;
};

Result<KeyedReport> IdempotentStore::store(StoreRequest request, const IdempotencyKey& key,
                                           const CallOptions& options) {
  const DropZone::Ports& ports = ports_.zone.ports();
  DROPZONE_EXPECTS(ports.digest);
  const std::string id = receipt_id(options.principal, key.text, *ports.digest);
  const Turn turn(*this, id);
  if (!turn.is_held()) return in_progress();

  DROPZONE_TRY(const auto deployed, ports_.zone.kinds()->find(request.kind));
  DROPZONE_TRY(Account account, read_account(id, options));
  const std::string fingerprint = hex_of(key.fingerprint);
  if (account.is_new()) {
    account.request = fingerprint;
    account.pipeline = deployed->pipeline_name();
    account.records = request.records.size();
    account.chain = ports.ids.next();
  } else if (account.request != fingerprint || account.records != request.records.size()) {
    return mismatch();
  }
  DROPZONE_TRY(auto kind, kind_of(deployed->name(), account, options));
  const Ledger ledger(ports, account);
  const bool replayed = account.results.size() >= account.records;
  LedgerRun run{.ledger = ledger, .done = std::move(account.results), .kind = std::move(kind)};
  auto report = ports_.zone.store_with_ledger(std::move(request), std::move(run), options);
  if (report) return KeyedReport{*std::move(report), replayed};
  // Somebody else has written the next receipt: the same request on another instance, or another
  // one that was faster, which a repetition finds out.
  if (report.error().code == ErrorCode::already_exists) return in_progress();
  return std::move(report).error();
}

Result<IdempotentStore::Account> IdempotentStore::read_account(const std::string& id,
                                                               const CallOptions& options) const {
  const DropZone::Ports& ports = ports_.zone.ports();
  Account account;
  account.id = id;
  DROPZONE_TRY(const bool found, read_entry(id, account, options));
  if (!found) return account;
  const std::chrono::microseconds kept = kIdempotencyRetention;
  if (account.created_at.micros + kept.count() <= ports.clock.now().micros) {
    const Erase erase{.id = id, .if_version = account.version};
    DROPZONE_CHECK(ports.repository.erase(std::string(kIdempotencyKind), {&erase, 1}, options));
    account = {};
    account.id = id;
    return account;
  }
  while (account.results.size() < account.records) {
    DROPZONE_TRY(const bool more,
                 read_entry(account.id_at(account.results.size()), account, options));
    if (!more) break;
  }
  return account;
}

// Whether there is such a receipt. Adds what it says.
Result<bool> IdempotentStore::read_entry(const std::string& id, Account& account,
                                         const CallOptions& options) const {
  bool found = false;
  std::string text;
  const bool is_first = id == account.id;
  DROPZONE_CHECK(ports_.zone.repository().find(
      std::string(kIdempotencyKind), {&id, 1}, {.original = true, .meta = true, .data = false},
      [&](const RecordView& view) {
        found = true;
        text = view.original;
        if (!is_first) return;
        account.version = view.meta->version;
        account.created_at = view.meta->created_at;
      },
      options));
  if (!found) return false;
  DROPZONE_TRY(const Value value, ports_.decode(text));
  const Object* const entry = value.as_object();
  const Value* const results = entry ? entry->find("results") : nullptr;
  if (!results || !results->as_array()) return unreadable_receipt();
  if (is_first) {
    const std::string* const request = text_in(*entry, "request");
    const std::string* const pipeline = text_in(*entry, "pipeline");
    const std::string* const chain = text_in(*entry, "chain");
    const Value* const records = entry->find("records");
    if (!request || !pipeline || !chain || !records || !records->as_integer()) {
      return unreadable_receipt();
    }
    account.request = *request;
    account.pipeline = *pipeline;
    account.chain = *chain;
    account.records = static_cast<std::size_t>(*records->as_integer());
  }
  for (const Value& one : *results->as_array()) {
    auto result = result_in(one);
    if (!result) return unreadable_receipt();
    account.results.push_back(*std::move(result));
  }
  return true;
}

// The version that the first attempt met. If that is lost, the deployed one.
Result<std::shared_ptr<const Kind>> IdempotentStore::kind_of(const std::string& kind,
                                                             const Account& account,
                                                             const CallOptions& options) const {
  DROPZONE_TRY(auto deployed, ports_.zone.kinds()->find(kind));
  if (account.pipeline == deployed->pipeline_name() || !ports_.past_kind) return deployed;
  const std::size_t at = account.pipeline.rfind('@') + 1;
  std::int64_t version = 0;
  std::from_chars(account.pipeline.data() + at, account.pipeline.data() + account.pipeline.size(),
                  version);
  auto past = ports_.past_kind(kind, version, options);
  if (past || past.error().code != ErrorCode::not_found) return past;
  return deployed;
}

}  // namespace dropzone
