#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <thread>
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
    /// For so long others may overtake one who has begun to wait.
    std::chrono::milliseconds overtaking{2};
  };

  /// The file must outlive the pool. Connections are opened only while it is in place: elsewhere
  /// they would read another one.
  ConnectionPool(const StoreFile& file, Connection::Settings settings, Sizes sizes)
      : file_(file),
        settings_(std::move(settings)),
        overtaking_(sizes.overtaking),
        most_long_reads_(sizes.long_reads),
        most_(sizes.long_reads + sizes.kept_apart) {}

  /// If none is free, the caller waits. A place that becomes free goes to whoever runs and asks for
  /// it first, so that no thread has to be woken for each read. But nobody is overtaken who has
  /// waited for longer than Sizes::overtaking, and those who wait have their turn in the order in
  /// which they came. The caller gives up when the call is over; one that may not wait is
  /// `unavailable` at once. The connection's statements end with the call, too, and do not wait for
  /// other programs if the call may not.
  Result<Lease> lease(Use use, const CallOptions& options);

  /// From now on reads of the calling thread follow each other closely. Until end_burst(), between
  /// two of them their connections keep the system's lock: see Connection::keep_read_lock().
  void begin_burst() const noexcept;
  /// By the same thread, before it waits for anything. Does nothing without a burst.
  void end_burst() noexcept;

  /// How many callers wait.
  [[nodiscard]] std::size_t waiting() const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Waiter {
    explicit Waiter(Use wanted) : use(wanted) {}
    const Use use;
    const Clock::time_point since = Clock::now();
    bool granted = false;  ///< The place is its own, and it is not among the waiters any more.
    bool called = false;   ///< It was woken to take a place that is free, and has not run yet.
    std::condition_variable_any wakes = {};
  };

  /// A connection that nobody uses, and the thread that did last.
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::thread::id used_by;
  };

  Result<std::unique_ptr<Connection>> take_place(Use use, const CallOptions& options);
  [[nodiscard]] bool has_place(Use use) const noexcept DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] bool may_take(Use use, const Waiter* self) const DROPZONE_REQUIRES(mutex_);
  void count_in(Use use) noexcept DROPZONE_REQUIRES(mutex_);
  void count_out(Use use) noexcept DROPZONE_REQUIRES(mutex_);
  bool wait_for_place(Use use, const CallOptions& options);
  void leave_place(Use use, std::unique_ptr<Connection> idle);
  std::shared_ptr<Waiter> next_to_call() DROPZONE_REQUIRES(mutex_);
  std::unique_ptr<Connection> idle_connection() DROPZONE_REQUIRES(mutex_);
  void give_back(std::unique_ptr<Connection> connection, Use use);

  Result<std::unique_ptr<Connection>> open() const;

  const StoreFile& file_;
  const Connection::Settings settings_;
  const std::chrono::milliseconds overtaking_;
  const std::size_t most_long_reads_;
  const std::size_t most_;
  mutable Mutex mutex_;  ///< For what follows.
  std::list<std::shared_ptr<Waiter>> waiters_ DROPZONE_GUARDED_BY(mutex_);
  std::vector<Idle> idle_ DROPZONE_GUARDED_BY(mutex_);
  std::size_t in_use_ DROPZONE_GUARDED_BY(mutex_) = 0;
  std::size_t long_reads_ DROPZONE_GUARDED_BY(mutex_) = 0;
};

}  // namespace dropzone::sqlite
