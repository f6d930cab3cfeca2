#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/history_writer.h>
#include <dropzone/store/id_source.h>
#include <dropzone/store/record.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/digest.h>
#include <dropzone/value/limits.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Integers of a record that lie beyond what a Value holds exactly.
struct RoundedIntegers {
  static constexpr std::size_t kMaxPointers = 1'000;

  std::size_t count = 0;
  std::vector<std::string> pointers = {};  ///< Where they are in the record; the first ones.
};

/// One record as it arrived: its text, and the object read from it or the error.
struct IncomingRecord {
  std::string original;
  /// With its `_id`, if it has one. An error makes the record a reject.
  Result<Object> object;
  std::optional<std::size_t> line = std::nullopt;  ///< Of NDJSON, counted from 1.
  RoundedIntegers rounded = {};
};

/// Receives the records of a request in their order. An error ends the request, and is its result.
using IncomingSink = std::function<Result<void>(IncomingRecord)>;

struct StoreRequest {
  std::string kind;
  std::vector<IncomingRecord> records;
  IfExists if_exists = IfExists::fail;
  Atomicity atomicity = Atomicity::partial;
  /// Passes on more records, after those in the list: a decoder that need not keep them all.
  /// Returns an error of the sink, or its own, of which nothing is stored. It is called once, by
  /// the caller of store() or store_async(), before that returns.
  std::function<Result<void>(const IncomingSink&)> source = nullptr;
};

enum class StoreStatus : std::uint8_t { stored, replaced, skipped, rejected, aborted };

[[nodiscard]] std::string_view status_name(StoreStatus status) noexcept;

/// The outcome of one record.
struct StoreResult {
  StoreStatus status = StoreStatus::aborted;
  std::optional<std::size_t> line;
  std::string id;           ///< Empty if the record had none and got none.
  std::string data;         ///< Transformed data as JSON text, if stored or replaced.
  RecordMeta meta;          ///< If stored or replaced.
  std::string reject_id;    ///< If the bytes were kept as a reject.
  Error error;              ///< If rejected.
  RoundedIntegers rounded;  ///< If stored or replaced.
};

struct StoreReport {
  std::size_t stored = 0;
  std::size_t replaced = 0;
  std::size_t skipped = 0;
  std::size_t rejected = 0;
  std::vector<StoreResult> results;  ///< In the order of the request.
};

/// Conditions of RFC 9110 on a record's version. "*" means any.
struct VersionConditions {
  std::optional<std::string> if_match = std::nullopt;
  bool if_none_match_any = false;  ///< `If-None-Match: *`: only if there is no such record.
};

/// Receives the result of a request to store; exceptions that it throws are dropped.
using StoreCompletion = std::function<void(Result<StoreReport>)>;

/// Puts one record under its id.
struct PutRequest {
  std::string kind;
  std::string id;
  /// May repeat the id in its `_id`; another one there is `id_mismatch`.
  IncomingRecord record;
  VersionConditions conditions = {};
};

/// Makes a new original from a record's present one.
using Revision = std::function<Result<IncomingRecord>(std::string_view original)>;

struct PutResult {
  bool created = false;
  std::string data;
  RecordMeta meta;
};

struct PageResult {
  std::optional<Position> next;  ///< Where the next page begins; nothing at the end.
};

struct DeleteReport {
  std::size_t deleted = 0;
  std::vector<std::string> missing;
};

/// Options of a dry run.
struct DryRun {
  bool trace = false;  ///< Whether to show the object after each step.
  /// The limit for the record's text and its trace together, in bytes.
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
  /// What steps may read of the request that brought the record; if left out, the call itself.
  std::optional<Received> received = std::nullopt;
};

/// The result of a dry run for one record.
struct TransformResult {
  struct Stage {
    std::string step;
    std::string object;               ///< JSON text after the step.
    bool skipped = false;             ///< Its `if` did not hold.
    std::optional<Error> error = {};  ///< It refused, and its `onError` let the record go on.
  };
  Result<std::string> record = std::string();  ///< JSON text of the transformed object.
  std::vector<Stage> trace;                    ///< If requested.
};

struct KindStats {
  std::int64_t records = 0;
  std::int64_t rejects = 0;
};

/// Notified of what was stored and rejected, for metrics. Thread-safe. A record that was put alone
/// is reported in the counts, without a result.
class StoreObserver {
 public:
  virtual ~StoreObserver() = default;
  virtual void stored(std::string_view kind, const StoreReport& report) = 0;
};

/// Which rejects are wanted: those that fulfil all that is set.
struct RejectSelection {
  std::optional<std::string> kind = std::nullopt;
  std::optional<std::string> code = std::nullopt;
  std::optional<std::string> step = std::nullopt;
  std::optional<Timestamp> received_before = std::nullopt;
  std::optional<Timestamp> received_after = std::nullopt;
};

/// The same as a filter over the kind of the rejects.
[[nodiscard]] Filter filter_of(const RejectSelection& selection);

/// `not_found`.
[[nodiscard]] Error no_such_reject(std::string_view id);

struct LedgerRun;
class RejectCounter;
class StoreLedger;
class Turns;

/// The application: everything that a client can ask of a drop zone, over any transport.
///
/// All methods are thread-safe. The ports must outlive it, and it must outlive the completions of
/// store_async(). Unknown kinds are `unknown_kind`; failures of the repository are returned as
/// they are.
///
/// Example:
///
///     DropZone zone({.repository = repository, .clock = clock, .ids = ids}, kinds);
///     StoreRequest request{.kind = "readings", .records = {}};
///     request.records.push_back({R"({"t": 21.5})", Object{{"t", 21.5}}});
///     const Result<StoreReport> report = zone.store(std::move(request), deadline);
///     if (!report) return report.error();
class DropZone {
 public:
  struct Ports {
    RecordRepository& repository;
    Clock& clock;
    IdSource& ids;
    /// Without one, records carry no SHA-256, no `_id` can be made by hashing fields, the same
    /// bytes refused again are another reject, and kinds can have no history.
    const Digest* digest = nullptr;
    StoreObserver* observer = nullptr;
    /// For how long rejects are kept. Nothing: for ever.
    std::optional<std::chrono::seconds> reject_retention = std::nullopt;
  };

  /// The limits are those of what pipelines make of a record.
  DropZone(Ports ports, KindCatalog kinds, RecordLimits limits = {});
  ~DropZone();
  DropZone(const DropZone&) = delete;
  DropZone& operator=(const DropZone&) = delete;

  /// The kinds that are deployed now.
  [[nodiscard]] std::shared_ptr<const KindCatalog> kinds() const noexcept { return kinds_.load(); }
  /// Deploys other kinds. Calls in progress continue with those that they began with.
  void set_kinds(KindCatalog kinds) {
    kinds_.store(std::make_shared<const KindCatalog>(std::move(kinds)));
  }
  [[nodiscard]] RecordRepository& repository() const noexcept { return ports_.repository; }
  [[nodiscard]] const Ports& ports() const noexcept { return ports_; }
  /// What writes and erases records, so that their history is kept.
  [[nodiscard]] HistoryWriter& writer() noexcept { return writer_; }
  [[nodiscard]] const RecordLimits& limits() const noexcept { return limits_; }

  /// Transforms and stores records. One that is not an object or that the pipeline refuses is kept
  /// as a reject and reported, and the others are stored, unless the batch is atomic. One that the
  /// repository refuses, such as one whose `_id` exists, is only reported. The same bytes refused
  /// again for the same kind are the same reject, which is counted up (`times`), with the new
  /// reason and time. What pipelines make is charged to the call's memory account: `overloaded`,
  /// and nothing stored, if it has no room; so too `deadline_exceeded` if the call is over before
  /// all are transformed.
  Result<StoreReport> store(StoreRequest request, const CallOptions& options);

  /// store() with a ledger: see store_ledger.h. A batch of which nothing is left to be stored is
  /// only reported, and the observer is not notified. `already_exists`: somebody else has written
  /// the ledger's next entry, and what that reports was not stored by this call.
  Result<StoreReport> store_with_ledger(StoreRequest request, LedgerRun run,
                                        const CallOptions& options);

  /// store() for callers that cannot wait for a disk: transforms at once, and passes the report to
  /// `done` as RecordRepository::write_async() does. Waits nevertheless if
  /// HistoryWriter::reads_first().
  void store_async(StoreRequest request, const CallOptions& options, StoreCompletion done);

  /// Creates or replaces one record under the conditions. A refusal by the pipeline returns its
  /// own error with step and pointer; nothing changes and no reject is kept.
  Result<PutResult> put(PutRequest request, const CallOptions& options);

  /// Replaces one record by a revision of its original, as put() does. If another writer changes
  /// the record between reading and writing, the revision is made again from what that writer left:
  /// writers that lose take turns, so that all of one process succeed; others may be `unavailable`.
  /// Unless `if_match` asks for one version: that alone is revised, even if another program has
  /// changed it, which is `changed_elsewhere` otherwise. `not_found` if there is no such record.
  Result<PutResult> revise(std::string_view kind, const std::string& id, const Revision& revision,
                           const std::optional<std::string>& if_match, const CallOptions& options);

  /// The records of these ids in the order asked; returns the ids that are missing.
  Result<std::vector<std::string>> fetch_many(std::string_view kind,
                                              std::span<const std::string> ids,
                                              Projection projection, const RecordSink& sink,
                                              const CallOptions& options);

  /// The records that a query selects, in its order.
  Result<PageResult> fetch(const Query& query, Projection projection, const RecordSink& sink,
                           const CallOptions& options);

  Result<Aggregates> aggregate(const AggregateQuery& query, const CallOptions& options);

  Result<DeleteReport> remove(std::string_view kind, std::span<const std::string> ids,
                              const CallOptions& options);
  /// Deletes one record: `not_found`, or `precondition_failed` if `if_match` names another
  /// version.
  Result<void> remove_one(std::string_view kind, const std::string& id,
                          const std::optional<std::string>& if_match, const CallOptions& options);

  /// Runs a kind's pipeline without storing anything. A refusal of the record is part of the
  /// result. Errors: `deadline_exceeded`, `overloaded`, and `record_too_large` if the result has
  /// more bytes than the dry run may show. What it made is given back to the memory account before
  /// it returns, the result's texts included.
  [[nodiscard]] Result<TransformResult> transform(const Kind& kind, Result<Object> object,
                                                  const DryRun& how,
                                                  const CallOptions& options) const;

  /// How many records and rejects a kind has.
  Result<KindStats> stats(const Kind& kind, const CallOptions& options);

  /// The selected rejects, ordered by id; limits as in Query. Their data are the members of
  /// `/rejects` but for the id, the original, and the time of the first refusal, which is that of
  /// their creation. Shows originals, meta and timestamps.
  Result<PageResult> rejects(const RejectSelection& selection, std::size_t limit,
                             std::size_t max_bytes, const std::optional<Position>& after,
                             const RecordSink& sink, const CallOptions& options);
  /// One reject; no_such_reject() if there is none of this id.
  Result<void> reject(const std::string& id, const RecordSink& sink, const CallOptions& options);
  Result<DeleteReport> remove_rejects(std::span<const std::string> ids, const CallOptions& options);

 private:
  struct Batch;
  class Admission;
  enum class Passing : std::uint8_t { whole, in_parts };

  [[nodiscard]] Result<Batch> admit_all(const Kind& kind, StoreRequest request, Passing passing,
                                        const CallOptions& options) const;
  Result<std::vector<WriteOutcome>> write(const Kind& kind, Batch& batch,
                                          const CallOptions& options);
  Result<std::vector<WriteOutcome>> write_rest(const Kind& kind, Batch& batch,
                                               const StoreLedger& ledger, std::size_t done,
                                               const CallOptions& options);
  [[nodiscard]] StoreReport conclude(Batch batch, std::vector<WriteOutcome> outcomes) const;

  Ports ports_;
  std::atomic<std::shared_ptr<const KindCatalog>> kinds_;
  RecordLimits limits_;
  HistoryWriter writer_;
  std::unique_ptr<Turns> turns_;            ///< Of those who revise records.
  std::unique_ptr<RejectCounter> counter_;  ///< Null without a digest: no id is used twice.
};

}  // namespace dropzone
