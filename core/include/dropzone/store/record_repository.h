#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/store/record.h>
#include <dropzone/value/value.h>

namespace dropzone {

class Kind;

/// What a write does if a record of the id exists.
enum class IfExists : std::uint8_t { fail, replace, skip };

/// One record to be written.
struct Write {
  std::string kind;
  std::string id;         ///< A valid record id.
  std::string original;   ///< Kept byte for byte; not necessarily UTF-8 (rejects).
  Object data;            ///< The transformed object.
  std::string data_json;  ///< Its canonical JSON text: to_json(data).
  RecordMeta meta;        ///< As of a new record. A replacement keeps the stored `created_at`.
  IfExists if_exists = IfExists::fail;
  /// Write only if the record exists and, unless the text is "*", has this version. Else
  /// `precondition_failed`. Goes with IfExists::replace.
  std::optional<std::string> if_version = std::nullopt;
  /// How long to keep the record after its creation, for repositories that erase records
  /// by themselves. Others ignore it: see Retention.
  std::optional<std::chrono::seconds> kept_for = std::nullopt;
  /// Erases the record of this kind and id; besides those only `if_version` counts. If there is no
  /// such record, the write is refused: `precondition_failed` if it has a condition, else
  /// `not_found`. With IfExists::skip and no condition, it is skipped then.
  bool erases = false;
  /// Done together with the write before it in the batch, in one transaction. Either all writes of
  /// such a group are done or none: if one is refused, the others are `aborted`. A group that does
  /// not fit one transaction is refused as `atomic_too_large`. The first write of a batch is never
  /// joined.
  bool joined = false;
};

enum class WriteStatus : std::uint8_t { created, replaced, skipped, refused, aborted, erased };

struct WriteOutcome {
  WriteStatus status = WriteStatus::aborted;
  Error error;  ///< If refused: `already_exists`, `precondition_failed`, `record_too_large`…
  Timestamp created_at;  ///< If created or replaced: the record's, which may be an older one.
};

enum class Atomicity : std::uint8_t {
  partial,  ///< Each record, or group of joined writes, by itself.
  atomic,   ///< All or none: if one is refused, the others are `aborted`.
};

/// Makes the receipts of a batch: records that say what became of its writes, each committed in the
/// same transaction as those writes. If a receipt exists, what it reports has been done.
class Receipts {
 public:
  virtual ~Receipts() = default;

  /// The kind of all receipts of the batch, and the id of the receipt whose transaction begins with
  /// the write at `first`. No write of the batch is to such a record.
  [[nodiscard]] virtual std::string kind() const = 0;
  [[nodiscard]] virtual std::string id(std::size_t first) const = 0;

  /// The receipt of a transaction, with that kind and id. The outcomes are those of the writes from
  /// `first` on. Called within the transaction, under locks: it must be quick and must not call a
  /// repository. Called again if the transaction is repeated or divided.
  [[nodiscard]] virtual Write receipt(std::size_t first,
                                      std::span<const WriteOutcome> outcomes) const = 0;
};

/// One record to be erased, on the condition of its version if there is one.
struct Erase {
  std::string id;
  std::optional<std::string> if_version = std::nullopt;  ///< As in Write.
};

enum class EraseStatus : std::uint8_t { erased, missing, precondition_failed };

/// The parts of a record that a read shows besides id and data; others are not read.
struct Projection {
  bool original = false;
  bool meta = false;
  bool data = true;         ///< Without it the view's data is empty: keys only.
  bool timestamps = false;  ///< Of the data: with these a DocumentDecoder restores the object.
};

/// An index that is being built, and its progress.
struct IndexBuild {
  std::string kind;
  FieldPath field;
  std::int64_t done = 0;   ///< Records.
  std::int64_t total = 0;  ///< About as many as there are.
};

/// Takes the writes of a partial batch piece by piece, so that a repository can write the first
/// ones while its caller still makes the rest. For one thread at a time. If it is destroyed before
/// finish() was called, nothing is written.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;

  /// Adds the next writes. None is joined to another. What fails is the result of finish().
  virtual void add(std::vector<Write> part) = 0;

  /// Returns what RecordRepository::write() returns for all writes that were added. Call it once.
  virtual Result<std::vector<WriteOutcome>> finish() = 0;
};

/// Receives the outcome of a batch; exceptions that it throws are dropped.
using WriteCompletion = std::function<void(Result<std::vector<WriteOutcome>>)>;

/// Receives records one after the other. The view is valid only during the call. The repository
/// may hold locks or statements meanwhile: encode or copy, and do not call the repository.
using RecordSink = std::function<void(const RecordView&)>;

/// Keeps records: the original and the transformed data, side by side.
///
/// A record is known by kind and id. A kind needs no creation; one that has no records is empty.
/// All methods are thread-safe, and synchronous but for write_async(). Writes are linearizable:
/// every call that begins later sees what a call has confirmed, on this instance and on
/// others over the same data.
///
/// Failures: `unavailable`, `deadline_exceeded`, `store_full`, `store_corrupt`, `store_read_only`
/// concern the whole call. A write that failed so has been done wholly, partly (records of a
/// `partial` batch, each whole or not at all) or not: repeat it with the same ids.
///
/// Example:
///
///     const std::vector<std::string> ids{"first", "second"};
///     std::vector<std::string> originals;
///     const auto keep = [&](const RecordView& view) { originals.emplace_back(view.original); };
///     const auto found = repository.find("readings", ids, {.original = true}, keep, deadline);
///     if (!found) return found.error();
class RecordRepository {
 public:
  virtual ~RecordRepository() = default;

  /// Writes the batch in order, as if its records came one after the other: the second write of an
  /// id sees the result of the first. Outcomes are in the order of the writes. When it returns,
  /// what was created or replaced is durable, as far as the repository is at all (see durable()).
  /// `atomic_too_large`, before anything is written, if an atomic batch does not fit one
  /// transaction.
  virtual Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                                  const CallOptions& options) = 0;

  /// write(), with a receipt in each transaction. The transactions follow each other in the order
  /// of the writes, so what is done is always the first part of the batch. A receipt that is
  /// refused undoes its transaction and ends the call with the receipt's error; earlier
  /// transactions stay. An empty batch has no receipt.
  virtual Result<std::vector<WriteOutcome>> write_with_receipts(std::vector<Write> writes,
                                                                Atomicity atomicity,
                                                                const Receipts& receipts,
                                                                const CallOptions& options) = 0;

  /// write() for callers that cannot wait for a disk: passes its result to `done`, once, on any
  /// thread, before this returns or later; a repository waits for all before its destructor
  /// returns. If it throws, `done` is not called.
  virtual void write_async(std::vector<Write> writes, Atomicity atomicity,
                           const CallOptions& options, WriteCompletion done) {
    const WriteCompletion completion = std::move(done);
    completion(write(std::move(writes), atomicity, options));
  }

  /// write() for a partial batch that its caller makes piece by piece. The repository must outlive
  /// the BatchWriter, and other writers may wait until that ends. This one keeps all until it is
  /// finished; a repository may begin to write before. What is seen and durable is the same.
  virtual std::unique_ptr<BatchWriter> begin_batch(const CallOptions& options);

  /// Passes the records of these ids to the sink, in the order asked. Duplicate ids yield
  /// the record again; missing ids are skipped. After an error the sink may have seen some
  /// of the records.
  virtual Result<void> find(const std::string& kind, std::span<const std::string> ids,
                            Projection projection, const RecordSink& sink,
                            const CallOptions& options) = 0;

  /// Passes the records that the query selects to the sink, in the query's order, at most `limit`
  /// and no more once they have `max_bytes` (see RecordView::bytes). Returns the position of the
  /// last one if there are more, else nothing. Each page sees a consistent state; pages neither
  /// repeat nor skip a record that existed throughout. `unsupported_query`, `index_required`,
  /// `scan_limit`: this repository cannot answer exactly. `unavailable`: see CallOptions::may_wait.
  virtual Result<std::optional<Position>> query(const Query& query, Projection projection,
                                                const RecordSink& sink,
                                                const CallOptions& options) = 0;

  /// Figures over all records that the filter selects, or over each group of them. Sums and
  /// averages are within 1e-12 of the sum of magnitudes. A sum beyond the range of a double is
  /// `number_out_of_range`; more than kMaxGroups groups are `too_many_groups`.
  virtual Result<Aggregates> aggregate(const AggregateQuery& query, const CallOptions& options) = 0;

  /// Reads of the calling thread follow each other closely from now on, until end_reads(). A
  /// repository may keep what is costly to get for each of them; what they see is the same.
  virtual void begin_reads() noexcept {}
  /// By the same thread, before it waits for anything: what is kept may be in the way of others.
  virtual void end_reads() noexcept {}

  /// Erases the records, original and data. Outcomes are in the order of the ids; an id that is
  /// named twice is missing the second time. What was erased is durably gone when this returns.
  virtual Result<std::vector<EraseStatus>> erase(const std::string& kind,
                                                 std::span<const Erase> erases,
                                                 const CallOptions& options) = 0;

  /// Sets the indexes of the kind's records. A new index is built while
  /// others read and write, and no query uses it before it is complete; one that the kind no longer
  /// has is dropped. Returns once the work is durably recorded: a repository that is opened
  /// again continues it. Repositories that need no declared indexes do nothing.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): repositories keep it.
  virtual Result<void> declare(std::shared_ptr<const Kind> kind, const CallOptions& options) {
    static_cast<void>(kind);
    static_cast<void>(options);
    return {};
  }

  /// The indexes that are being built just now. Cheap.
  [[nodiscard]] virtual std::vector<IndexBuild> builds() const { return {}; }

  /// The names of the kinds that have records, ordered, the server's own among them. On a store
  /// that others use as well: theirs, too. `unsupported_query` if the store does not know them.
  virtual Result<std::vector<std::string>> kinds(const CallOptions& options) = 0;

  /// Whether the repository can serve just now; the error says why not. Cheap.
  virtual Result<void> check(const CallOptions& options) = 0;

  /// Whether what it confirmed outlives the process.
  [[nodiscard]] virtual bool durable() const noexcept = 0;
};

}  // namespace dropzone
