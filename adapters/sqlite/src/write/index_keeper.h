#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/mutex.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

#include "db/catalog.h"
#include "write/commit_meter.h"
#include "write/group_commit.h"
#include "write/record_writer.h"

namespace dropzone::sqlite {

/// Builds and drops indexes while others read and write, in a thread of its own.
///
/// The work goes through the commit queue in small pieces, each of which notes in the file how far
/// it is. While others commit, it leaves them half of the time. docs/adr/0026 says why a query
/// never sees half an index. What fails is tried again later.
class IndexKeeper {
 public:
  struct Settings {
    std::int64_t records_at_once = 500;
    std::chrono::milliseconds retry{10'000};  ///< After a failure.
    /// Notified when space in the file becomes free, and of what an operator should know.
    std::function<void()> freed = nullptr;
    std::function<void(const std::string&)> warn = nullptr;
  };

  /// All must outlive it. The queue's target is the writer. `unfinished`: the file has indexes that
  /// are to be built or dropped.
  IndexKeeper(GroupCommit& queue, RecordWriter& writer, Catalog& catalog, const CommitMeter& meter,
              bool unfinished, Settings settings);
  ~IndexKeeper() { stop(); }
  IndexKeeper(const IndexKeeper&) = delete;
  IndexKeeper& operator=(const IndexKeeper&) = delete;

  /// See RecordRepository. Thread-safe.
  Result<void> declare(const Kind& kind, Deadline deadline);
  [[nodiscard]] std::vector<IndexBuild> builds() const;

  /// The queue and the others are used no longer when it returns. Nothing may be called then.
  void stop();

 private:
  struct Work {
    std::shared_ptr<const KindTables> kind;
    const FieldIndex* index = nullptr;
  };

  void run();
  void warn(const Error& why);
  Result<void> read_catalog();
  Result<void> finish_all();
  Result<bool> drop_some();
  [[nodiscard]] std::optional<Work> next_build() const;
  Result<void> build(const Work& work);
  void publish_complete(const Work& work);
  Result<void> submit(CommitJob& job);
  void let_others_go_first(std::chrono::steady_clock::duration time);
  [[nodiscard]] bool is_stopping() const;
  [[nodiscard]] double commits_of_others() const;

  GroupCommit& queue_;
  RecordWriter& writer_;
  Catalog& catalog_;
  const CommitMeter& meter_;
  const Settings settings_;
  // The thread's alone.
  double own_commits_ = 0;
  std::string warned_;  ///< The last warning, which is not repeated.

  Mutex declaring_;      ///< From a change of the file to its place in the catalog.
  mutable Mutex mutex_;  ///< For what follows.
  std::condition_variable changed_;
  bool wanted_ DROPZONE_GUARDED_BY(mutex_);
  bool stop_ DROPZONE_GUARDED_BY(mutex_) = false;
  /// Records that are in an index, and that will be, by its number.
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> progress_
      DROPZONE_GUARDED_BY(mutex_);
  std::thread thread_;  ///< Last: it uses all the others.
};

}  // namespace dropzone::sqlite
