#include "db/connection_pool.h"

#include <algorithm>
#include <utility>

namespace dropzone::sqlite {

Result<ConnectionPool::Lease> ConnectionPool::lease(Use use, const CallOptions& options) {
  if (auto placed = take_place(use, options); !placed) return std::move(placed).error();
  auto connection = idle_connection();
  if (!connection) {
    auto opened = open();
    if (!opened) {
      const MutexLock lock(mutex_);
      leave_place(use);
      return std::move(opened).error();
    }
    connection = *std::move(opened);
  }
  connection->end_with(&options);
  connection->wait_for_others(options.may_wait);
  return Lease(*this, use, std::move(connection));
}

Result<std::unique_ptr<Connection>> ConnectionPool::open() const {
  if (auto in_place = file_.check_in_place(); !in_place) return std::move(in_place).error();
  return Connection::open(settings_);
}

Result<void> ConnectionPool::take_place(Use use, const CallOptions& options) {
  MutexLock lock(mutex_);
  const bool is_next = std::ranges::count(waiters_, use, &Waiter::use) == 0;
  if (is_next && has_place(use)) {
    count_in(use);
    return {};
  }
  if (!options.may_wait) {
    return Error{ErrorCode::unavailable, "All connections to the store's file are in use."};
  }
  Waiter self{use};
  const auto place = waiters_.insert(waiters_.end(), &self);
  const auto is_granted = [&self] { return self.granted; };
  if (options.deadline == kNoDeadline) {
    self.wakes.wait(lock, options.stop, is_granted);
  } else {
    self.wakes.wait_until(lock, options.stop, options.deadline, is_granted);
  }
  if (!self.granted) {
    waiters_.erase(place);
    return deadline_exceeded();
  }
  if (!options.is_over()) return {};
  leave_place(use);
  return deadline_exceeded();
}

std::size_t ConnectionPool::waiting() const {
  const MutexLock lock(mutex_);
  return waiters_.size();
}

bool ConnectionPool::has_place(Use use) const noexcept {
  return in_use_ < most_ && (use == Use::short_read || long_reads_ < most_long_reads_);
}

void ConnectionPool::count_in(Use use) noexcept {
  ++in_use_;
  if (use == Use::long_read) ++long_reads_;
}

// Whoever has waited longest and may have the place gets it.
void ConnectionPool::leave_place(Use use) {
  --in_use_;
  if (use == Use::long_read) --long_reads_;
  const auto next = std::ranges::find_if(waiters_, [this](const Waiter* waiter) DROPZONE_REQUIRES(
                                                       mutex_) { return has_place(waiter->use); });
  if (next == waiters_.end()) return;
  Waiter& granted = **next;
  waiters_.erase(next);
  count_in(granted.use);
  granted.granted = true;
  granted.wakes.notify_one();
}

std::unique_ptr<Connection> ConnectionPool::idle_connection() {
  const MutexLock lock(mutex_);
  if (idle_.empty()) return nullptr;
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection, Use use) {
  connection->end_with(nullptr);
  const MutexLock lock(mutex_);
  idle_.push_back(std::move(connection));
  leave_place(use);
}

}  // namespace dropzone::sqlite
