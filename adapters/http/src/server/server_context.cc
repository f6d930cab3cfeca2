#include "server/server_context.h"

namespace dropzone::http {

ServerContext::ServerContext(ServerOptions server_options, Handler& request_handler)
    : options(std::move(server_options)),
      handler(request_handler),
      strict_transport(strict_transport_of(options)),
      memory(options.memory ? options.memory
                            : std::make_shared<MemoryBudget>(options.max_bodies_total)),
      addresses({.max_connections = options.max_connections_by_address,
                 .max_unfinished = memory->limit() / 2,
                 .shared = options.shared_addresses}) {}

Result<void> ServerContext::load_tls() {
  if (!options.tls) return {};
  auto loaded = TlsContext::load(*options.tls);
  if (!loaded) return loaded.error();
  const MutexLock lock(mutex_);
  tls_ = std::move(*loaded);
  return {};
}

std::unique_ptr<Channel> ServerContext::make_channel(Descriptor socket) const {
  if (!options.tls) return make_plain_channel(std::move(socket));
  std::shared_ptr<const TlsContext> current;
  {
    const MutexLock lock(mutex_);
    current = tls_;
  }
  return current->make_channel(std::move(socket));
}

std::string ServerContext::strict_transport_of(const ServerOptions& options) {
  const std::size_t seconds = options.tls ? options.tls->hsts_max_age : 0;
  return seconds == 0 ? std::string() : "max-age=" + std::to_string(seconds);
}

void ServerContext::connection_closed() noexcept {
  if (--connections_ > 0) return;
  const MutexLock lock(mutex_);
  none_left_.notify_all();
}

bool ServerContext::wait_for_no_connections(std::chrono::steady_clock::time_point deadline) {
  MutexLock lock(mutex_);
  return none_left_.wait_until(lock, deadline, [this] { return connections_ == 0; });
}

}  // namespace dropzone::http
