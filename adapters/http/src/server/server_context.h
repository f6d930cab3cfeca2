#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <string>

#include <dropzone/http/server/server.h>
#include <dropzone/mutex.h>
#include "server/channel.h"
#include "server/connections_by_address.h"
#include "server/tls_context.h"

namespace dropzone::http {

/// What all I/O threads of a server share. Thread-safe.
class ServerContext {
 public:
  ServerContext(ServerOptions server_options, Handler& request_handler);

  const ServerOptions options;
  Handler& handler;
  const std::string strict_transport;  ///< The value of Strict-Transport-Security; empty: none.
  /// What requests may hold together.
  const std::shared_ptr<MemoryBudget> memory;
  ConnectionsByAddress addresses;

  /// Reads the TLS files of the options again, for the connections to come. Fails, and changes
  /// nothing, if they are invalid. Without TLS there is nothing to do.
  Result<void> load_tls();
  /// A channel over an accepted socket, encrypted if the options say so.
  [[nodiscard]] std::unique_ptr<Channel> make_channel(Descriptor socket) const;

  /// Counts a connection in, and says how many there are now.
  std::size_t connection_opened() noexcept { return ++connections_; }
  void connection_closed() noexcept;

  /// Waits until no connection is left. False if `deadline` came first.
  bool wait_for_no_connections(std::chrono::steady_clock::time_point deadline);

 private:
  static std::string strict_transport_of(const ServerOptions& options);

  std::atomic<std::size_t> connections_{0};
  mutable Mutex mutex_;
  std::condition_variable none_left_;
  std::shared_ptr<const TlsContext> tls_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::http
