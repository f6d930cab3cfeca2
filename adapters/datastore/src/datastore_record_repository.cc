#include <dropzone/curl/http_client.h>
#include <dropzone/datastore/datastore_record_repository.h>

#include <atomic>
#include <optional>
#include <utility>

#include <dropzone/datastore/batching_record_repository.h>
#include <dropzone/google_auth/credentials.h>

#include "entity/property_names.h"
#include "query/kind_names.h"
#include "query/record_reader.h"
#include "rpc/lookup.h"
#include "rpc/observed_channel.h"
#include "rpc/rest_channel.h"
#include "rpc/retrier.h"
#include "rpc/retrying_channel.h"
#include "write/record_writer.h"

namespace dropzone::datastore {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kCheckTimeout{3'000};
// Long enough to learn that Datastore refuses us, and short enough to start while it is away.
constexpr milliseconds kOpenTimeout{700};

// What a byte of an answer takes: as text, as a tree, and as the values that are made of that.
constexpr std::size_t kMemoryOfByte = 4;

/// The repository over a stack of channels: REST, then metrics, then retries.
class Repository final : public DatastoreRecordRepository {
 public:
  Repository(DatastoreOptions options, std::unique_ptr<curl::HttpClient> client,
             std::unique_ptr<google_auth::TokenSource> tokens)
      : options_(std::move(options)),
        partition_{options_.project, options_.database, options_.name_space},
        client_(std::move(client)),
        tokens_(std::move(tokens)),
        rest_(*client_, tokens_.get(),
              {options_.endpoint, options_.project, options_.database, options_.attempt_timeout}),
        retrier_(options_.retry),
        retrying_(observed(), retrier_),
        reader_(retrying_, partition_,
                {.scan_limit = options_.scan_limit, .answer_bytes = options_.answer_bytes}),
        writer_(retrying_, retrier_, partition_,
                {{options_.commit_mutations, options_.commit_bytes}, options_.parallel_commits}) {}

  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                          const CallOptions& options) override {
    return writer_.write(std::move(writes), atomicity, nullptr, bounded(options));
  }

  Result<std::vector<WriteOutcome>> write_with_receipts(std::vector<Write> writes,
                                                        Atomicity atomicity,
                                                        const Receipts& receipts,
                                                        const CallOptions& options) override {
    return writer_.write(std::move(writes), atomicity, &receipts, bounded(options));
  }

  Result<void> find(const std::string& kind, std::span<const std::string> ids,
                    Projection projection, const RecordSink& sink,
                    const CallOptions& options) override {
    return reader_.find(kind, ids, projection, sink, bounded(options));
  }

  Result<std::optional<Position>> query(const Query& query, Projection projection,
                                        const RecordSink& sink,
                                        const CallOptions& options) override {
    if (names_meta_time(query.filter, query.order)) return no_meta_times();
    return reader_.query(query, projection, sink, bounded(options));
  }

  Result<Aggregates> aggregate(const AggregateQuery& query, const CallOptions& options) override {
    if (names_meta_time(query)) return no_meta_times();
    return reader_.aggregate(query, bounded(options));
  }

  Result<std::vector<EraseStatus>> erase(const std::string& kind, std::span<const Erase> erases,
                                         const CallOptions& options) override {
    return writer_.erase(kind, erases, bounded(options));
  }

  Result<std::vector<std::string>> kinds(const CallOptions& options) override {
    return kind_names(retrying_, partition_, bounded(options));
  }

  Result<void> check(const CallOptions& options) override {
    const RpcReply reply = probe(until(options, kCheckTimeout));
    if (reply.ok()) return {};
    return to_error(reply);
  }

  [[nodiscard]] bool durable() const noexcept override { return true; }

  [[nodiscard]] const DatastoreOptions& options() const noexcept { return options_; }

  /// Looks a record up, once.
  RpcReply probe(const CallOptions& options) {
    return lookup(observed(), partition_, std::span(&kNoRecord, 1),
                  {.only_property = kKeyProperty, .call = options}, [](const JsonNode&) {});
  }

 private:
  static Error no_meta_times() {
    return {ErrorCode::unsupported_query,
            "Datastore has no index of _meta.createdAt and _meta.updatedAt. Keep a time in a field "
            "of the record."};
  }
  static CallOptions until(CallOptions options, milliseconds timeout) {
    options.deadline = std::min(options.deadline, std::chrono::steady_clock::now() + timeout);
    return options;
  }
  [[nodiscard]] CallOptions bounded(const CallOptions& options) const {
    return until(options, options_.call_timeout);
  }

  RpcChannel& observed() {
    if (!options_.observer) return rest_;
    if (!observed_) observed_.emplace(rest_, *options_.observer);
    return *observed_;
  }

  const DatastoreOptions options_;
  const Partition partition_;
  const std::unique_ptr<curl::HttpClient> client_;
  const std::unique_ptr<google_auth::TokenSource> tokens_;
  RestChannel rest_;
  std::optional<ObservedChannel> observed_;
  Retrier retrier_;
  RetryingChannel retrying_;
  RecordReader reader_;
  RecordWriter writer_;
};

// What an operator has to mend, if that is why the database cannot be used.
std::optional<Error> misconfiguration(const RpcReply& reply, const DatastoreOptions& options) {
  const std::string database =
      options.database.empty() ? "the default database" : "the database " + options.database;
  const std::string where = " (" + database + " of project " + options.project + "): ";
  const auto invalid = [&](std::string_view what) {
    return Error{ErrorCode::invalid_configuration, std::string(what) + where + reply.message};
  };
  switch (reply.status) {
    case RpcStatus::unauthenticated: return invalid("Datastore refuses the credentials");
    case RpcStatus::permission_denied:
      return invalid("Datastore denies access; the account needs the role Cloud Datastore User");
    case RpcStatus::not_found: return invalid("There is no such database in Datastore mode");
    case RpcStatus::invalid_argument:
    case RpcStatus::failed_precondition: return invalid("Datastore cannot be used so");
    default: return std::nullopt;
  }
}

}  // namespace

Result<std::unique_ptr<DatastoreRecordRepository>> DatastoreRecordRepository::open(
    DatastoreOptions options) {
  auto client = curl::HttpClient::open({.ca_file = options.ca_file,
                                        .max_response_bytes = options.answer_bytes,
                                        .memory_of_byte = kMemoryOfByte});
  if (!client) return std::move(client).error();
  std::unique_ptr<google_auth::TokenSource> tokens;
  if (!options.emulator) {
    auto found = google_auth::find_credentials(**client, options.environment);
    if (!found) return found.error();
    tokens = *std::move(found);
  }
  auto repository =
      std::make_unique<Repository>(std::move(options), *std::move(client), std::move(tokens));
  const RpcReply reply = repository->probe(std::chrono::steady_clock::now() + kOpenTimeout);
  if (auto error = misconfiguration(reply, repository->options())) return *std::move(error);
  return std::unique_ptr<DatastoreRecordRepository>(std::move(repository));
}

Result<std::unique_ptr<RecordRepository>> open_datastore(DatastoreOptions options) {
  const BatchingRecordRepository::Limits limits{.records = options.commit_mutations,
                                                .bytes = options.commit_bytes / 2};
  auto repository = DatastoreRecordRepository::open(std::move(options));
  if (!repository) return repository.error();
  return std::unique_ptr<RecordRepository>(
      std::make_unique<BatchingRecordRepository>(*std::move(repository), limits));
}

}  // namespace dropzone::datastore
