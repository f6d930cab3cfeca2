#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/http/server/server.h>
#include "server/io_thread.h"
#include "server/listener.h"
#include "server/server_context.h"

namespace dropzone::http {

class Server::Impl {
 public:
  Impl(ServerOptions options, Handler& handler) : context_(std::move(options), handler) {}

  Result<void> load_tls() { return context_.load_tls(); }

  void start(Descriptor listening) {
    port_ = port_of(listening);
    std::vector<IoThread*> all;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, context_.options.io_threads); ++i) {
      all.push_back(threads_.emplace_back(std::make_unique<IoThread>(context_)).get());
    }
    threads_.front()->listen(std::move(listening), all);
    for (auto* thread : all) thread->start();
  }

  ~Impl() {
    for (const auto& thread : threads_) thread->request_stop();
    for (const auto& thread : threads_) thread->join();
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  void stop_accepting() {
    for (const auto& thread : threads_) thread->drain();
  }

  bool drain(std::chrono::steady_clock::time_point deadline) {
    stop_accepting();
    return context_.wait_for_no_connections(deadline);
  }

  [[nodiscard]] ServerCounters counters() const noexcept {
    ServerCounters sum;
    for (const auto& thread : threads_) thread->counters().add_to(sum);
    return sum;
  }

 private:
  ServerContext context_;
  std::uint16_t port_ = 0;
  std::vector<std::unique_ptr<IoThread>> threads_;
};

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler& handler) {
  const std::string address = options.address;
  auto impl = std::make_unique<Impl>(std::move(options), handler);
  if (auto loaded = impl->load_tls(); !loaded) return loaded.error();
  auto listening = listen_on(address);
  if (!listening) return listening.error();
  try {
    impl->start(std::move(*listening));
    return std::unique_ptr<Server>(new Server(std::move(impl)));
  } catch (const std::exception& failure) {
    return Error{ErrorCode::invalid_configuration,
                 std::string("The server could not start: ") + failure.what() + ".",
                 {},
                 {}};
  }
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

std::uint16_t Server::port() const noexcept { return impl_->port(); }
void Server::stop_accepting() { impl_->stop_accepting(); }
bool Server::drain(std::chrono::steady_clock::time_point deadline) {
  return impl_->drain(deadline);
}
Result<void> Server::reload_tls() { return impl_->load_tls(); }
ServerCounters Server::counters() const noexcept { return impl_->counters(); }

}  // namespace dropzone::http
