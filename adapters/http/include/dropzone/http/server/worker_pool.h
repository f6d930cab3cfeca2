#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dropzone/mutex.h>

namespace dropzone::http {

/// Threads that run blocking work, behind a queue of bounded length. Thread-safe.
///
///     if (auto slot = pool.try_reserve()) {
///       std::move(*slot).run([respond = std::move(respond)]() mutable { respond(work()); });
///     } else {
///       respond(overloaded());  // nothing was moved from
///     }
class WorkerPool {
 public:
  /// Receives what a task has thrown: exception_text(). Called on the task's thread; must not
  /// throw.
  using TaskFailed = std::function<void(const std::string& what)>;

  /// Starts threads as they are needed, at most `threads`; at most `queue_capacity` tasks wait
  /// in addition to those that run. `failed` may be empty.
  WorkerPool(std::size_t threads, std::size_t queue_capacity, TaskFailed failed = {});

  /// stop().
  ~WorkerPool();

  /// A slot in the queue. Gives itself back when destroyed unused. Must not outlive the pool.
  class Slot {
   public:
    Slot(Slot&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot();

    /// Queues `task`, any callable without arguments, move-only ones too. It is destroyed on the
    /// thread that ran it. What it throws goes to the pool's TaskFailed, and no further.
    template <typename F>
    void run(F task) &&;

   private:
    friend class WorkerPool;
    explicit Slot(WorkerPool* pool) : pool_(pool) {}
    WorkerPool* pool_;
  };

  /// Empty if the queue is full or the pool is stopped.
  [[nodiscard]] std::optional<Slot> try_reserve();

  /// Takes no new tasks, runs those that wait, ends the threads. Idempotent. Slots that are still
  /// reserved may be run; stop() waits for them.
  void stop();

  /// The number of tasks that wait, without those that run.
  [[nodiscard]] std::size_t queued() const;

 private:
  struct Task {
    virtual ~Task() = default;
    virtual void run() = 0;
  };
  template <typename F>
  struct TaskOf final : Task {
    explicit TaskOf(F f) : function(std::move(f)) {}
    void run() override { function(); }
    F function;
  };

  void enqueue(std::unique_ptr<Task> task);
  void start_thread() DROPZONE_REQUIRES(mutex_);
  void give_back();
  void work();

  const std::size_t most_threads_;
  const std::size_t queue_capacity_;
  const TaskFailed failed_;
  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Task>> tasks_ DROPZONE_GUARDED_BY(mutex_);
  std::size_t reserved_ DROPZONE_GUARDED_BY(mutex_) = 0;
  std::size_t idle_ DROPZONE_GUARDED_BY(mutex_) = 0;  ///< Threads that wait for a task.
  bool stopped_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_ DROPZONE_GUARDED_BY(mutex_);
};

template <typename F>
void WorkerPool::Slot::run(F task) && {
  std::exchange(pool_, nullptr)->enqueue(std::make_unique<TaskOf<F>>(std::move(task)));
}

}  // namespace dropzone::http
