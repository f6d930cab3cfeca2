#include "db/connection_pool.h"

#include <algorithm>
#include <utility>

namespace dropzone::sqlite {
namespace {

thread_local const ConnectionPool* in_burst = nullptr;  ///< Of this thread.

}  // namespace

void ConnectionPool::begin_burst() const noexcept { in_burst = this; }

// A connection that another thread has taken since has no lock any more, or one of that thread's.
void ConnectionPool::end_burst() noexcept {
  if (in_burst != this) return;
  in_burst = nullptr;
  const MutexLock lock(mutex_);
  for (const Idle& idle : idle_) {
    if (idle.used_by == std::this_thread::get_id()) idle.connection->keep_read_lock(false);
  }
}

Result<ConnectionPool::Lease> ConnectionPool::lease(Use use, const CallOptions& options) {
  auto taken = take_place(use, options);
  if (!taken) return std::move(taken).error();
  std::unique_ptr<Connection> connection = *std::move(taken);
  if (!connection) {
    auto opened = open();
    if (!opened) {
      leave_place(use, nullptr);
      return std::move(opened).error();
    }
    connection = *std::move(opened);
  }
  connection->end_with(&options);
  connection->wait_for_others(options.may_wait);
  connection->keep_read_lock(in_burst == this);
  return Lease(*this, use, std::move(connection));
}

Result<std::unique_ptr<Connection>> ConnectionPool::open() const {
  if (auto in_place = file_.check_in_place(); !in_place) return std::move(in_place).error();
  return Connection::open(settings_);
}

// With the idle connection that is for it, or null.
Result<std::unique_ptr<Connection>> ConnectionPool::take_place(Use use,
                                                               const CallOptions& options) {
  {
    const MutexLock lock(mutex_);
    if (may_take(use, nullptr)) {
      count_in(use);
      return idle_connection();
    }
  }
  if (!options.may_wait) {
    return Error{ErrorCode::unavailable, "All connections to the store's file are in use."};
  }
  if (!wait_for_place(use, options)) return deadline_exceeded();
  if (options.is_over()) {
    leave_place(use, nullptr);
    return deadline_exceeded();
  }
  const MutexLock lock(mutex_);
  return idle_connection();
}

// Whether it has a place.
bool ConnectionPool::wait_for_place(Use use, const CallOptions& options) {
  const auto self = std::make_shared<Waiter>(use);
  std::shared_ptr<Waiter> next;
  bool takes = true;
  {
    MutexLock lock(mutex_);
    const auto place = waiters_.insert(waiters_.end(), self);
    const auto may_go_on = [&]() DROPZONE_REQUIRES(mutex_) {
      self->called = false;
      return self->granted || may_take(use, self.get());
    };
    if (options.deadline == kNoDeadline) {
      self->wakes.wait(lock, options.stop, may_go_on);
    } else {
      self->wakes.wait_until(lock, options.stop, options.deadline, may_go_on);
    }
    if (self->granted) return true;
    takes = may_take(use, self.get());
    waiters_.erase(place);
    if (takes) count_in(use);
    next = next_to_call();  // One call may have stood for several places.
  }
  if (next) next->wakes.notify_one();
  return takes;
}

// Nobody overtakes one who has waited for long, or who waits and came before it.
bool ConnectionPool::may_take(Use use, const Waiter* self) const {
  if (!has_place(use)) return false;
  const auto first = std::ranges::find(waiters_, use, &Waiter::use);
  return first == waiters_.end() || first->get() == self ||
         (!self && Clock::now() - (*first)->since < overtaking_);
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

void ConnectionPool::count_out(Use use) noexcept {
  --in_use_;
  if (use == Use::long_read) --long_reads_;
}

void ConnectionPool::leave_place(Use use, std::unique_ptr<Connection> idle) {
  std::shared_ptr<Waiter> next;
  {
    const MutexLock lock(mutex_);
    if (idle) idle_.push_back({std::move(idle), std::this_thread::get_id()});
    count_out(use);
    next = next_to_call();
  }
  if (next) next->wakes.notify_one();  // Without the lock, for which it would have to wait.
}

// Whoever has waited longest and may have a free place is given it, or at first only called to take
// it. It is to be woken, without the lock.
std::shared_ptr<ConnectionPool::Waiter> ConnectionPool::next_to_call() {
  const auto next = std::ranges::find_if(waiters_, [this](const auto& waiter) DROPZONE_REQUIRES(
                                                       mutex_) { return has_place(waiter->use); });
  if (next == waiters_.end()) return nullptr;
  auto first = *next;
  if (Clock::now() - first->since < overtaking_) {
    return std::exchange(first->called, true) ? nullptr : first;
  }
  waiters_.erase(next);
  count_in(first->use);
  first->granted = true;
  return first;
}

// The one that this thread used last, if it is there: its memory is in the processor's cache.
std::unique_ptr<Connection> ConnectionPool::idle_connection() {
  if (idle_.empty()) return nullptr;
  const auto own = std::ranges::find(idle_, std::this_thread::get_id(), &Idle::used_by);
  auto& chosen = own == idle_.end() ? idle_.back() : *own;
  auto connection = std::move(chosen.connection);
  if (&chosen != &idle_.back()) chosen = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection, Use use) {
  connection->end_with(nullptr);
  leave_place(use, std::move(connection));
}

}  // namespace dropzone::sqlite
