#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::sqlite {

/// Costs for the query planner. They affect speed, never results.
struct QueryTuning {
  /// An index with at most this many candidates is always used.
  std::int64_t few_candidates = 1'000;
  /// The cost of reading a record, relative to visiting an entry of an index.
  double record_cost = 4;
};

struct SqliteOptions {
  /// The store's file. Next to it are `-wal` and `-shm` (SQLite's log) and `-lock`. The directory
  /// must exist; the file is created if it is missing.
  std::filesystem::path path;
  /// The kinds whose indexes the file has: deployed ones and the server's own.
  std::vector<std::shared_ptr<const Kind>> kinds;

  /// The number of concurrent long reads; further ones wait, first come, first served.
  /// Look-ups by id have two connections more.
  std::size_t read_connections = 8;
  /// SQLite's page cache, for each connection in use.
  std::size_t cache_bytes = std::size_t{8} << 20;

  // The most writers that share a commit.
  std::size_t group_bytes = std::size_t{4} << 20;
  std::size_t group_jobs = 1'000;
  /// The size of the write-ahead log that starts a checkpoint, while others write. A long
  /// read delays it.
  std::size_t checkpoint_bytes = std::size_t{64} << 20;
  /// From this size of the log on, writers pause briefly after each commit, so that it grows
  /// slowly until a checkpoint can run.
  std::size_t paced_log_bytes = std::size_t{1} << 30;

  /// When nobody has committed for this time after records were deleted or replaced, the file
  /// returns its free pages and the log is truncated: then neither holds anything of them.
  std::chrono::milliseconds idle{2'000};

  QueryTuning tuning = {};
  /// While declare() builds an index, writers wait for at most this many records.
  std::int64_t build_records = 500;

  /// Receives the progress of building a newly declared index. Called by open() alone; for those
  /// of declare(), see builds().
  std::function<void(std::string_view kind, std::string_view field, std::int64_t done,
                     std::int64_t total)>
      index_progress = nullptr;
  /// Receives, as a sentence, what an operator should know. Called by any thread, until the store
  /// is closed.
  std::function<void(const std::string& text)> warn = nullptr;
};

/// The number of observations up to each bound, and their sum. Cumulative since the start.
template <std::size_t Bounds>
struct Histogram {
  std::array<double, Bounds> bounds{};
  std::array<std::uint64_t, Bounds> counts{};  ///< At most the bound and above the one before it.
  std::uint64_t count = 0;                     ///< All, those above the last bound included.
  double sum = 0;
};

/// Statistics of the group commit, for metrics.
struct CommitStats {
  Histogram<8> group_sizes;      ///< Calls that shared a commit: 1, 2, 4, … 128.
  Histogram<14> commit_seconds;  ///< From begin to durable: 0.25 ms, 0.5 ms, … 2.048 s.
  std::size_t queue_depth = 0;   ///< Calls that are waiting now.
};

/// Statistics of SQLite's write-ahead log, for metrics.
struct WalStats {
  std::int64_t bytes = 0;           ///< In use.
  std::int64_t unmoved_bytes = 0;   ///< Of these, not yet checkpointed.
  std::uint64_t move_failures = 0;  ///< Failed checkpoints, or failed syncs after one.
  std::uint64_t sync_failures = 0;  ///< Of the log and the file, in the whole process.
  std::uint64_t pauses = 0;         ///< Commits followed by a pause because of the log's size.
  /// How long a read has held up the checkpoint; 0 if none does.
  std::chrono::steady_clock::duration held{};
};

/// Keeps records durably in one SQLite file, which one process owns at a time. Answers every query.
///
/// Writers that arrive together share a commit, and so one wait for the disk; readers never wait
/// for writers. A full disk is `store_full` until there is space again; a damaged file, once it is
/// noticed, `store_corrupt`.
///
/// Example:
///
///     sqlite::SqliteOptions options;
///     options.path = "records.db";
///     options.kinds = kinds.kinds();  // It has their indexes.
///     DROPZONE_TRY(const auto repository, sqlite::SqliteRecordRepository::open(options));
class SqliteRecordRepository final : public RecordRepository {
 public:
  /// Opens or creates the store, upgrades an older layout and builds indexes that are newly
  /// declared; earlier declare() calls continue in the background. Failures:
  /// - `store_locked`: another process, or another repository of this one, has it open.
  /// - `store_read_only`: the file or its directory cannot be written.
  /// - `store_corrupt`: it is not a SQLite database, or is damaged.
  /// - `store_newer`: a newer version of this software has written it.
  /// - `store_full`: there is no space for what opening has to write.
  /// - `invalid_configuration`: there can be no file at the path, or it is another application's
  ///   database.
  static Result<std::unique_ptr<SqliteRecordRepository>> open(const SqliteOptions& options);

  /// Precondition: no call is in progress. Runs a final checkpoint.
  ~SqliteRecordRepository() override;

  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                          const CallOptions& options) override;
  Result<std::vector<WriteOutcome>> write_with_receipts(std::vector<Write> writes,
                                                        Atomicity atomicity,
                                                        const Receipts& receipts,
                                                        const CallOptions& options) override;
  void write_async(std::vector<Write> writes, Atomicity atomicity, const CallOptions& options,
                   WriteCompletion done) override;
  std::unique_ptr<BatchWriter> begin_batch(const CallOptions& options) override;
  Result<void> find(const std::string& kind, std::span<const std::string> ids,
                    Projection projection, const RecordSink& sink,
                    const CallOptions& options) override;
  Result<std::optional<Position>> query(const Query& query, Projection projection,
                                        const RecordSink& sink,
                                        const CallOptions& options) override;
  void begin_reads() noexcept override;
  void end_reads() noexcept override;
  Result<Aggregates> aggregate(const AggregateQuery& query, const CallOptions& options) override;
  Result<std::vector<EraseStatus>> erase(const std::string& kind, std::span<const Erase> erases,
                                         const CallOptions& options) override;
  Result<void> declare(std::shared_ptr<const Kind> kind, const CallOptions& options) override;
  [[nodiscard]] std::vector<IndexBuild> builds() const override;
  Result<std::vector<std::string>> kinds(const CallOptions& options) override;
  Result<void> check(const CallOptions& options) override;
  [[nodiscard]] bool durable() const noexcept override { return true; }

  /// Whether open() created the file.
  [[nodiscard]] bool is_new() const noexcept;

  [[nodiscard]] CommitStats stats() const;
  [[nodiscard]] WalStats wal_stats() const;

 private:
  class Store;
  explicit SqliteRecordRepository(std::unique_ptr<Store> store);

  std::unique_ptr<Store> store_;
};

}  // namespace dropzone::sqlite
