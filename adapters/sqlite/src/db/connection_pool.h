#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/mutex.h>
#include <dropzone/result.h>

#include "db/connection.h"
#include "db/store_file.h"

namespace dropzone::sqlite {

/// Connections that read, opened as they are needed and kept. Some are kept apart for short reads,
/// so that these need not wait for long ones. Thread-safe.
class ConnectionPool {
 public:
  enum class Use : std::uint8_t {
    short_read,  ///< Looks records up, or checks the store's health.
    long_read,   ///< May read as much as there is.
  };

  /// The use of a connection, which goes back to its pool with it.
  class Lease {
   public:
    Lease(ConnectionPool& pool, Use use, std::unique_ptr<Connection> connection)
        : pool_(&pool), use_(use), connection_(std::move(connection)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_), use_);
    }
    Connection& operator*() const noexcept { return *connection_; }
    Connection* operator->() const noexcept { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    Use use_;
    std::unique_ptr<Connection> connection_;
  };

  struct Sizes {
    std::size_t long_reads = 0;  ///< At most so many connections are in use by long reads at once.
    std::size_t kept_apart = 0;  ///< Short reads may use so many more.
  };

  /// The file must outlive the pool. Connections are opened only while it is in place: elsewhere
  /// they would read another one.
  ConnectionPool(const StoreFile& file, Connection::Settings settings, Sizes sizes)
      : file_(file),
        settings_(std::move(settings)),
        most_long_reads_(sizes.long_reads),
        most_(sizes.long_reads + sizes.kept_apart) {}

  /// If none is free, the caller waits behind those that came before it for the same use. It
  /// gives up when the call is over; one that may not wait is `unavailable` at once. The
  /// connection's statements end with the call, too, and do not wait for other programs if the
  /// call may not.
  Result<Lease> lease(Use use, const CallOptions& options);

  /// How many callers wait.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Waiter {
    Use use;
    bool granted = false;
    std::condition_variable_any wakes = {};
  };

  Result<void> take_place(Use use, const CallOptions& options);
  [[nodiscard]] bool has_place(Use use) const noexcept DROPZONE_REQUIRES(mutex_);
  void count_in(Use use) noexcept DROPZONE_REQUIRES(mutex_);
  void leave_place(Use use) DROPZONE_REQUIRES(mutex_);
  std::unique_ptr<Connection> idle_connection();
  void give_back(std::unique_ptr<Connection> connection, Use use);

  Result<std::unique_ptr<Connection>> open() const;

  const StoreFile& file_;
  const Connection::Settings settings_;
  const std::size_t most_long_reads_;
  const std::size_t most_;
  mutable Mutex mutex_;  ///< For what follows.
  std::list<Waiter*> waiters_ DROPZONE_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Connection>> idle_ DROPZONE_GUARDED_BY(mutex_);
  std::size_t in_use_ DROPZONE_GUARDED_BY(mutex_) = 0;
  std::size_t long_reads_ DROPZONE_GUARDED_BY(mutex_) = 0;
};

}  // namespace dropzone::sqlite
