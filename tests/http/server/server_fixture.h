#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <dropzone/http/message/handler.h>
#include <dropzone/http/server/server.h>
#include <dropzone/http/server/worker_pool.h>
#include "raw_client.h"
#include "support/eventually.h"

namespace dropzone::http::testing {

using test::eventually;

/// A handler made of a function.
class FunctionHandler final : public Handler {
 public:
  using Function = std::function<void(Request, Responder)>;
  explicit FunctionHandler(Function function) : function_(std::move(function)) {}
  void handle(Request&& request, Responder&& respond) override {
    function_(std::move(request), std::move(respond));
  }

 private:
  Function function_;
};

/// A server on a free port of 127.0.0.1.
class RunningServer {
 public:
  explicit RunningServer(FunctionHandler::Function function, ServerOptions options = {})
      : handler_(std::move(function)) {
    auto started = Server::start(std::move(options), handler_);
    if (!started) throw std::runtime_error(started.error().detail);
    server_ = std::move(*started);
  }

  Server* operator->() { return server_.get(); }
  /// Ends it.
  void stop() { server_.reset(); }
  [[nodiscard]] RawClient connect(int receive_buffer = 0) {
    return RawClient(server_->port(), receive_buffer);
  }

 private:
  FunctionHandler handler_;
  std::unique_ptr<Server> server_;
};

/// Answers 200 with this text.
inline Response text(std::string body) { return make_response(200, "text/plain", std::move(body)); }

/// Runs `work` on the pool, which the test has made large enough.
template <typename Work>
void run_on(WorkerPool& pool, Work work) {
  auto slot = pool.try_reserve();
  if (!slot) throw std::runtime_error("the test's pool is full");
  std::move(*slot).run(std::move(work));
}

}  // namespace dropzone::http::testing
