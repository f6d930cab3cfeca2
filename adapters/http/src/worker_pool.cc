#include <dropzone/http/worker_pool.h>

namespace dropzone::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue_capacity)
    : queue_capacity_(queue_capacity) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() { stop(); }

WorkerPool::Place::~Place() {
  if (pool_ != nullptr) pool_->give_back();
}

std::optional<WorkerPool::Place> WorkerPool::try_reserve() {
  const std::lock_guard lock(mutex_);
  if (stopped_ || tasks_.size() + reserved_ >= queue_capacity_) return std::nullopt;
  ++reserved_;
  return Place(this);
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return tasks_.size();
}

void WorkerPool::enqueue(std::unique_ptr<Task> task) {
  {
    const std::lock_guard lock(mutex_);
    --reserved_;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void WorkerPool::give_back() {
  bool awaited = false;
  {
    const std::lock_guard lock(mutex_);
    --reserved_;
    awaited = stopped_;
  }
  if (awaited) changed_.notify_all();
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !tasks_.empty() || (stopped_ && reserved_ == 0); });
    if (tasks_.empty()) return;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    try {
      task->run();
    } catch (...) {  // Its Responder, destroyed below, tells the client.
    }
    task.reset();
    lock.lock();
  }
}

}  // namespace dropzone::http
