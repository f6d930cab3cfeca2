#pragma once

#include <functional>
#include <vector>

#include <dropzone/mutex.h>

#include "server/descriptor.h"

namespace dropzone::http {

/// Work that other threads leave for one I/O thread. Outlives that thread for as long as anyone may
/// post: what comes too late is dropped. Thread-safe unless stated otherwise.
class Mailbox {
 public:
  using Task = std::function<void()>;

  Mailbox();

  /// Leaves a task; the owner runs tasks in the order of their posts. Destroys it if closed.
  void post(Task task);

  /// Readable while tasks wait.
  [[nodiscard]] int descriptor() const noexcept { return wakeup_.get(); }

  /// Runs what waits. By the owner only. What a task throws is a bug and ends the process.
  void run();

  /// Says that the calling thread is the owner.
  void adopt_current_thread() noexcept;
  [[nodiscard]] bool is_current_thread() const noexcept;

  /// Drops what waits and what is still to come.
  void close();

 private:
  Descriptor wakeup_;
  Mutex mutex_;
  std::vector<Task> tasks_ DROPZONE_GUARDED_BY(mutex_);
  std::vector<Task> running_;
  bool closed_ DROPZONE_GUARDED_BY(mutex_) = false;
};

}  // namespace dropzone::http
