#include <dropzone/http/server/worker_pool.h>

#include <dropzone/http/message/exception_text.h>
#include <dropzone/http/server/signal_stack.h>

#include <system_error>
#include <utility>

namespace dropzone::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_capacity, TaskFailed failed)
    : most_threads_(threads), queue_capacity_(queue_capacity), failed_(std::move(failed)) {
  threads_.reserve(threads);
  start_thread();  // A later one that cannot be had is not missed.
}

WorkerPool::~WorkerPool() { stop(); }

WorkerPool::Slot::~Slot() {
  if (pool_ != nullptr) pool_->give_back();
}

std::optional<WorkerPool::Slot> WorkerPool::try_reserve() {
  const MutexLock lock(mutex_);
  if (stopped_ || tasks_.size() + reserved_ >= queue_capacity_) return std::nullopt;
  ++reserved_;
  return Slot(this);
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    threads.swap(threads_);
  }
  changed_.notify_all();
  for (auto& thread : threads) thread.join();
}

std::size_t WorkerPool::queued() const {
  const MutexLock lock(mutex_);
  return tasks_.size();
}

void WorkerPool::enqueue(std::unique_ptr<Task> task) {
  {
    const MutexLock lock(mutex_);
    --reserved_;
    tasks_.push_back(std::move(task));
    if (tasks_.size() > idle_ && threads_.size() < most_threads_ && !stopped_) {
      try {
        start_thread();
      } catch (const std::system_error&) {  // The others will come to it.
      }
    }
  }
  changed_.notify_one();
}

void WorkerPool::start_thread() {
  threads_.emplace_back([this] { work(); });
}

void WorkerPool::give_back() {
  bool awaited = false;
  {
    const MutexLock lock(mutex_);
    --reserved_;
    awaited = stopped_;
  }
  if (awaited) changed_.notify_all();
}

void WorkerPool::work() {
  const SignalStack signal_stack;
  MutexLock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [this]() DROPZONE_REQUIRES(mutex_) {
      return !tasks_.empty() || (stopped_ && reserved_ == 0);
    });
    --idle_;
    if (tasks_.empty()) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    try {
      task->run();
    } catch (...) {  // Its Responder, destroyed below, answers the client.
      if (failed_) failed_(exception_text());
    }
    task.reset();
    lock.lock();
  }
}

}  // namespace dropzone::http
