#include <dropzone/json/shared_objects.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <dropzone/json/document_decoder.h>
#include <dropzone/value/json_text.h>

namespace dropzone::json {
namespace {

constexpr std::size_t kPage = 500;

/// Takes records as objects. The first that is not one is the fault.
class Collector {
 public:
  explicit Collector(std::vector<SharedObjects::Found>& out) : out_(out) {}

  void operator()(const RecordView& view) {
    auto object = JsonDocumentDecoder().decode(view.data, {});
    if (!object) {
      fault_ = std::move(object).error();
      return;
    }
    out_.push_back({std::string(view.id), *std::move(object), view.meta->version});
  }
  [[nodiscard]] const std::optional<Error>& fault() const { return fault_; }

 private:
  std::vector<SharedObjects::Found>& out_;
  std::optional<Error> fault_;
};

}  // namespace

Result<std::optional<SharedObjects::Found>> SharedObjects::find(const std::string& id,
                                                                const CallOptions& options) {
  auto found = find_all({id}, options);
  if (!found) return std::move(found).error();
  if (found->empty()) return std::optional<Found>();
  return std::optional<Found>(std::move(found->front()));
}

Result<std::vector<SharedObjects::Found>> SharedObjects::find_all(
    const std::vector<std::string>& ids, const CallOptions& options) {
  std::vector<Found> found;
  if (ids.empty()) return found;
  Collector collect(found);
  const auto read = repository_.find(
      kind_, ids, {.meta = true}, [&](const RecordView& view) { collect(view); }, options);
  if (!read) return read.error();
  if (collect.fault()) return *collect.fault();
  return found;
}

Result<std::vector<SharedObjects::Found>> SharedObjects::list(const CallOptions& options) {
  std::vector<Found> found;
  std::optional<Position> after;
  do {
    auto next = page(std::move(after), options);
    if (!next) return std::move(next).error();
    std::ranges::move(next->objects, std::back_inserter(found));
    after = std::move(next->next);
  } while (after);
  return found;
}

Result<SharedObjects::Page> SharedObjects::page(std::optional<Position> after,
                                                const CallOptions& options) {
  Page page;
  Collector collect(page.objects);
  Query query;
  query.kind = kind_;
  query.limit = kPage;
  query.after = std::move(after);
  auto next = repository_.query(
      query, {.meta = true}, [&](const RecordView& view) { collect(view); }, options);
  if (!next) return std::move(next).error();
  if (collect.fault()) return *collect.fault();
  page.next = *std::move(next);
  return page;
}

Result<bool> SharedObjects::insert(const std::string& id, Object object,
                                   const CallOptions& options) {
  return write(id, std::move(object), std::nullopt, options);
}

Result<bool> SharedObjects::replace(const Found& found, Object object, const CallOptions& options) {
  return write(found.id, std::move(object), found.version, options);
}

Result<bool> SharedObjects::write(const std::string& id, Object object,
                                  std::optional<std::string> version, const CallOptions& options) {
  const Timestamp now = clock_.now();
  std::string json = to_json(object);
  std::vector<Write> writes;
  writes.push_back({.kind = kind_,
                    .id = id,
                    .original = json,
                    .data = std::move(object),
                    .data_json = json,
                    .meta = {.created_at = now,
                             .updated_at = now,
                             .version = ids_.next(),
                             .pipeline = kind_ + "@1",
                             .sha256 = {}},
                    .if_exists = version ? IfExists::replace : IfExists::fail,
                    .if_version = std::move(version)});
  const auto outcomes = repository_.write(std::move(writes), Atomicity::partial, options);
  if (!outcomes) return outcomes.error();
  const WriteOutcome& outcome = outcomes->front();
  if (outcome.status != WriteStatus::refused) return true;
  const ErrorCode code = outcome.error.code;
  if (code == ErrorCode::already_exists || code == ErrorCode::precondition_failed) return false;
  return outcome.error;
}

Result<bool> SharedObjects::erase(const std::string& id, const CallOptions& options) {
  return erase_one({.id = id}, options);
}

Result<bool> SharedObjects::erase(const Found& found, const CallOptions& options) {
  return erase_one({.id = found.id, .if_version = found.version}, options);
}

Result<bool> SharedObjects::erase_one(Erase erase, const CallOptions& options) {
  const std::array<Erase, 1> erases{std::move(erase)};
  const auto erased = repository_.erase(kind_, erases, options);
  if (!erased) return erased.error();
  return erased->front() == EraseStatus::erased;
}

}  // namespace dropzone::json
