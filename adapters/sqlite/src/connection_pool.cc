#include "connection_pool.h"

#include <utility>

namespace dropzone::sqlite {

Result<ConnectionPool::Lease> ConnectionPool::lease(Deadline deadline) {
  auto connection = take(deadline);
  if (!connection) return std::move(connection).error();
  (*connection)->set_deadline(deadline);
  return Lease(*this, *std::move(connection));
}

Result<std::unique_ptr<Connection>> ConnectionPool::take(Deadline deadline) {
  {
    std::unique_lock lock(mutex_);
    const auto available = [this] { return !idle_.empty() || open_ < most_; };
    if (deadline == kNoDeadline) {
      returned_.wait(lock, available);
    } else if (!returned_.wait_until(lock, deadline, available) ||
               std::chrono::steady_clock::now() >= deadline) {
      return too_late();
    }
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
  }
  auto connection = Connection::open(settings_);
  if (!connection) {
    const std::unique_lock lock(mutex_);
    --open_;
    returned_.notify_one();
  }
  return connection;
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::unique_lock lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace dropzone::sqlite
