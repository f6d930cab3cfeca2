#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>
#include <vector>

#include <dropzone/mutex.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Counts up rejects whose bytes are refused again, on a thread of its own: so that nobody counts
/// on a thread that commits, and what comes at the same time is counted in one write.
///
/// Each change is conditional on the reject's version, so that no count is lost, whoever else
/// counts or replays. A reject that was deleted meanwhile stays so. Thread-safe.
class RejectCounter {
 public:
  /// The repository must outlive it.
  explicit RejectCounter(RecordRepository& repository);
  /// Counts what it was given before it ends.
  ~RejectCounter();
  RejectCounter(const RejectCounter&) = delete;
  RejectCounter& operator=(const RejectCounter&) = delete;

  /// Counts one more for each of these writes of rejects that exist, which replace what they count,
  /// but for the original, which is the same and may be empty here. Then calls `done`, which must
  /// not throw. If the store fails, or others write the rejects for very long, it gives up: the
  /// rejects are there nevertheless.
  void count_later(std::vector<Write> rejects, std::function<void()> done);

  /// The same, and waits until it is done.
  void count(std::vector<Write> rejects);

 private:
  struct Task {
    std::vector<Write> rejects;
    std::function<void()> done;
  };

  void run();
  void count_all(std::vector<Task>& tasks);

  RecordRepository& repository_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Task> tasks_ DROPZONE_GUARDED_BY(mutex_);
  bool ends_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

/// Says in a reject's data how often it was refused.
void set_times(Object& reject, std::int64_t times);
/// What set_times() has noted in this data; otherwise 1.
[[nodiscard]] std::int64_t times_in(std::string_view reject_data) noexcept;

}  // namespace dropzone
