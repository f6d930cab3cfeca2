#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dropzone/sqlite/sqlite_record_repository.h>

#include "db/catalog.h"
#include "db/checkpointer.h"
#include "db/connection.h"
#include "db/connection_pool.h"
#include "db/store_file.h"
#include "watched_target.h"
#include "write/commit_jobs.h"
#include "write/commit_meter.h"
#include "write/group_commit.h"
#include "write/index_keeper.h"
#include "write/record_writer.h"
#include "write/space_keeper.h"

namespace dropzone::sqlite {

/// An open store: its file, the connections to it, and the threads that commit, checkpoint, build
/// indexes and give back space. It owns them and stops them in order. Thread-safe.
///
/// It finds and writes records. SqliteRecordRepository is the port around it, which checks the
/// deadline of each call and runs queries on the connections of readers().
class SqliteRecordRepository::Store {
 public:
  Store(StoreFile file, std::unique_ptr<Connection> connection, const SqliteOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  static Result<std::unique_ptr<Store>> open(const SqliteOptions& options);

  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                          Deadline deadline, const Receipts* receipts = nullptr);
  void write_async(std::vector<Write> writes, Atomicity atomicity, Deadline deadline,
                   WriteCompletion done);
  std::unique_ptr<BatchWriter> begin_batch(const CallOptions& options);
  Result<void> find(const KindTables& kind, std::span<const std::string> ids, Projection projection,
                    const RecordSink& sink, const CallOptions& options);
  void begin_reads() noexcept;
  void end_reads() noexcept { readers_.end_burst(); }
  Result<std::optional<Position>> query(const Query& query, Projection projection,
                                        const RecordSink& sink, const CallOptions& options);
  Result<std::vector<EraseStatus>> erase(const std::string& kind, std::span<const Erase> erases,
                                         Deadline deadline);
  Result<void> declare(const Kind& kind, Deadline deadline);
  [[nodiscard]] std::vector<IndexBuild> builds() const { return indexes_->builds(); }
  Result<void> check(const CallOptions& options);

  [[nodiscard]] bool is_new() const noexcept { return is_new_; }
  Catalog& catalog() noexcept { return catalog_; }
  [[nodiscard]] const QueryTuning& tuning() const noexcept { return tuning_; }
  ConnectionPool& readers() noexcept { return readers_; }
  [[nodiscard]] CommitStats stats() const;
  [[nodiscard]] WalStats wal_stats() const;

 private:
  class StreamedBatch;

  static std::vector<PreparedWrite> unprepared(std::vector<Write> writes);
  /// Fills in what the file knows of the writes, once it knows all that they name.
  Result<void> name(std::vector<PreparedWrite>& writes, Deadline deadline);
  void submit_async(std::vector<PreparedWrite> prepared, Atomicity atomicity, Deadline deadline,
                    WriteCompletion done);
  Result<void> submit(CommitJob& job);
  Result<void> try_to_write(Deadline deadline);
  Result<void> keep_space(const SqliteOptions& options, bool had_log);
  void keep_indexes(const SqliteOptions& options, bool unfinished);
  void note_outcomes(const std::vector<WriteOutcome>& outcomes);
  void note(const Result<void>& done);

  StoreFile file_;  // Owned until all connections are closed.
  bool is_new_ = false;
  Catalog catalog_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Checkpointer> checkpointer_;
  RecordWriter writer_;
  CommitMeter meter_;
  ConnectionPool readers_;
  const QueryTuning tuning_;
  std::atomic<bool> last_write_failed_ = false;
  WatchedTarget target_;
  std::unique_ptr<SpaceKeeper> space_;
  std::unique_ptr<IndexKeeper> indexes_;
  GroupCommit queue_;  // Ends first: callers that it still notifies may use the others.
};

}  // namespace dropzone::sqlite
