#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <dropzone/mutex.h>
#include <dropzone/result.h>

#include "db/connection.h"

namespace dropzone::sqlite {

/// Moves the log into the file in a thread of its own, so that nobody who commits waits for it.
///
/// SQLite begins its log again with the first write that finds all of it moved. While others go on
/// writing the thread never gets so far: it leaves a small rest to the writer, who moves it between
/// two of its transactions, if the thread is not moving just then. The writer waits for nothing
/// else. If the disk is slow or a reader keeps the log from being moved, the log grows. When it
/// has four times its usual size, the writer pauses after each commit, so that the log grows half
/// as fast as it was moved last; from `paced_bytes` on, by no more than `paced_growth` a second. A
/// pause ends early once all of the log is moved.
///
/// A commit that comes during a checkpoint waits for its sync. So the thread syncs about as much at
/// a time as recent commits have written: small commits wait briefly, and large ones need fewer
/// syncs.
///
/// What is committed is durable in the log: a failure to move costs nothing. The thread tries again
/// when the log has grown further, and after a while in any case.
class Checkpointer final : public LogObserver {
 public:
  struct Settings {
    std::size_t bytes = std::size_t{64} << 20;         ///< The log begins again at about this size.
    std::size_t paced_bytes = std::size_t{1} << 30;    ///< From this size on it grows slowly.
    std::size_t paced_growth = std::size_t{16} << 20;  ///< A second, but for the longest pause.
    std::chrono::milliseconds longest_pause{250};      ///< After a commit.
    std::chrono::milliseconds first_retry{1'000};      ///< After a failure; then twice as long,
    std::chrono::milliseconds last_retry{60'000};      ///< up to this.
    /// Receives, as a sentence in any thread, what an operator should know.
    std::function<void(const std::string&)> warn = nullptr;
  };

  struct Stats {
    LogPages log;
    std::int64_t page_bytes = 0;
    std::uint64_t rounds = 0;    ///< The thread moved what there was.
    std::uint64_t rests = 0;     ///< The writer moved a small rest.
    std::uint64_t pauses = 0;    ///< The writer paused after a commit.
    std::uint64_t failures = 0;  ///< To move, or to bring to the disk what was moved.
    /// For how long a reader has kept part of the log from being moved; 0 if none does.
    std::chrono::steady_clock::duration held{};
  };

  /// Observes the writer, which must outlive it and has no transaction when it ends.
  static Result<std::unique_ptr<Checkpointer>> start(Connection& writer,
                                                     const std::filesystem::path& file,
                                                     const Settings& settings);
  ~Checkpointer() override;
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  void committed() noexcept override;

  /// Moves all of the log, from any thread; false if a reader or a failure is in the way.
  bool move_all();

  /// To how many bytes SQLite cuts the log's file when the log begins again.
  [[nodiscard]] static std::int64_t log_limit(const Settings& settings) noexcept;

  [[nodiscard]] Stats stats() const;
  /// Whether the log is so large that it is to be moved, and to begin again.
  [[nodiscard]] bool log_is_full() const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Task : std::uint8_t { none, wake_thread, move_rest };

  /// What the writer is to do after a commit.
  struct Duty {
    Task task = Task::none;
    std::chrono::milliseconds pause{};
    bool pauses_first = false;  ///< Since the log began.
  };

  Checkpointer(Connection& writer, std::unique_ptr<Connection> connection, const Settings& settings,
               std::int64_t page_bytes);

  Duty next_duty();
  Task next_task() DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] std::chrono::milliseconds pause_after(std::int64_t growth) const
      DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] std::int64_t bytes_a_sync() const DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] std::int64_t growth_a_second() const DROPZONE_REQUIRES(mutex_);
  void pause(std::chrono::milliseconds most);
  void move_rest();
  void run();
  void wait_for_work(MutexLock& lock) DROPZONE_REQUIRES(mutex_);
  void move_most(MutexLock& lock) DROPZONE_REQUIRES(mutex_);
  /// Lets go of the lock while pages are moved.
  bool move_once(MutexLock& lock) DROPZONE_REQUIRES(mutex_);
  void note(const Result<LogPages>& moved, const LogPages& before, const LogPages& now)
      DROPZONE_REQUIRES(mutex_);
  void note_reader() DROPZONE_REQUIRES(mutex_);
  void warn(const std::string& text) const noexcept;
  [[nodiscard]] std::int64_t pages(std::size_t bytes) const noexcept;

  Connection& writer_;
  const std::unique_ptr<Connection> connection_;
  const Settings settings_;
  const std::int64_t page_bytes_;
  const std::int64_t full_;  ///< The log is to begin again. In pages, as all that follows.
  std::mutex moving_;        ///< Held while pages are moved.

  mutable Mutex mutex_;  ///< For what follows.
  std::condition_variable is_due_;
  std::condition_variable was_moved_;
  LogPages log_ DROPZONE_GUARDED_BY(mutex_);
  std::int64_t usual_growth_ DROPZONE_GUARDED_BY(mutex_) = 0;  ///< By a commit of late, on average.
  std::int64_t last_commit_;  ///< So many pages the log had after it. The writer's alone.
  std::int64_t wake_at_ DROPZONE_GUARDED_BY(mutex_);
  std::int64_t moved_a_second_ DROPZONE_GUARDED_BY(mutex_) =
      0;                                        ///< By the last round that shows it; 0 if none did.
  bool is_wanted_ DROPZONE_GUARDED_BY(mutex_);  ///< The thread is.
  bool rest_is_small_ DROPZONE_GUARDED_BY(mutex_) = false;  ///< The writer shall move it.
  bool is_paced_ DROPZONE_GUARDED_BY(mutex_) = false;
  bool stop_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::chrono::milliseconds retry_ DROPZONE_GUARDED_BY(mutex_){
      0};  ///< The thread tries again after it; 0: when it is woken.
  std::optional<Clock::time_point> held_since_ DROPZONE_GUARDED_BY(mutex_);
  std::int64_t held_at_ DROPZONE_GUARDED_BY(mutex_) =
      0;  ///< A reader keeps what follows this page.
  Stats stats_ DROPZONE_GUARDED_BY(mutex_);
  std::thread thread_;  ///< Last: it uses all the others.
};

}  // namespace dropzone::sqlite
