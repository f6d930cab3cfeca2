#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include <dropzone/record_repository.h>
#include <dropzone/result.h>

#include "connection.h"

namespace dropzone::sqlite {

/// Connections that read, opened as they are needed and kept. Thread-safe.
class ConnectionPool {
 public:
  /// The use of a connection, which goes back to its pool with it.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    Connection& operator*() const noexcept { return *connection_; }
    Connection* operator->() const noexcept { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  ConnectionPool(Connection::Settings settings, std::size_t most)
      : settings_(std::move(settings)), most_(most) {}

  /// Waits for a connection where all are in use, until the deadline. Its statements have the
  /// deadline, too.
  Result<Lease> lease(Deadline deadline);

 private:
  Result<std::unique_ptr<Connection>> take(Deadline deadline);
  void give_back(std::unique_ptr<Connection> connection);

  const Connection::Settings settings_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t open_ = 0;
};

}  // namespace dropzone::sqlite
