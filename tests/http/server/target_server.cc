// Our server with the routes that the attacks ask for, as a process of its own. Arguments are
// options, such as write_timeout=500 (milliseconds or bytes), and descriptors=64. Prints its port;
// on SIGTERM it drains for at most ten seconds, prints "drained" or "not drained" and ends. Ends by
// itself after two hours.
#include <signal.h>
#include <sys/resource.h>

#include <chrono>
#include <iostream>
#include <map>
#include <string>
#include <thread>

#include <dropzone/http/server/server.h>
#include <dropzone/http/server/worker_pool.h>

namespace {

using dropzone::http::Request;
using dropzone::http::Responder;
using dropzone::http::Response;
using dropzone::http::ServerOptions;
using dropzone::http::WorkerPool;

class TargetHandler final : public dropzone::http::Handler {
 public:
  explicit TargetHandler(WorkerPool& pool) : pool_(pool) {}

  void handle(Request&& request, Responder&& respond) override {
    const auto& name = request.segments.empty() ? request.path : request.segments.front();
    if (name == "nonce" || name == "fast") {
      if (name == "nonce") std::this_thread::sleep_for(std::chrono::microseconds(500));
      respond(text(request.segments.back()));
    } else if (name == "later" || name == "large") {
      later(std::move(request), std::move(respond));
    } else if (name == "stream") {
      respond(endless());
    } else {
      respond(text(std::move(request.body)));
    }
  }

 private:
  static Response text(std::string body) {
    return dropzone::http::make_response(200, "text/plain", std::move(body));
  }

  Response endless() {
    Response response;
    response.stream.pool = &pool_;
    response.stream.pull = [](std::string& chunk) -> dropzone::Result<bool> {
      chunk.append(64 * 1024, 'x');
      return true;
    };
    return response;
  }

  void later(Request request, Responder respond) {
    auto slot = pool_.try_reserve();
    if (!slot) {
      Response full;
      full.status = 503;
      respond(std::move(full));
      return;
    }
    std::move(*slot).run([request = std::move(request), respond = std::move(respond)]() mutable {
      if (request.path == "/large") {
        respond(dropzone::http::make_response(200, "application/octet-stream",
                                              std::string(64 << 20, 'x')));
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
      respond(text(std::move(request.segments.back())));
    });
  }

  WorkerPool& pool_;
};

ServerOptions options_of(int count, char** arguments) {
  ServerOptions options;
  options.max_connections_by_address = 0;  // All attackers have the same.
  const std::map<std::string, std::size_t*> sizes = {
      {"io_threads", &options.io_threads},
      {"max_connections", &options.max_connections},
      {"max_bodies_total", &options.max_bodies_total},
      {"max_pipelined", &options.max_pipelined},
      {"min_rate", &options.min_rate},
  };
  const std::map<std::string, std::chrono::milliseconds*> times = {
      {"idle_timeout", &options.idle_timeout},   {"header_timeout", &options.header_timeout},
      {"body_timeout", &options.body_timeout},   {"handler_timeout", &options.handler_timeout},
      {"write_timeout", &options.write_timeout},
  };
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto name = argument.substr(0, argument.find('='));
    const auto value = std::stoul(argument.substr(argument.find('=') + 1));
    if (const auto size = sizes.find(name); size != sizes.end()) {
      *size->second = value;
    } else if (name == "descriptors") {
      const rlimit limit{value, value};
      setrlimit(RLIMIT_NOFILE, &limit);
    } else if (name == "port") {
      options.address = "127.0.0.1:" + std::to_string(value);
    } else {
      *times.at(name) = std::chrono::milliseconds(value);
    }
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigprocmask(SIG_BLOCK, &stop, nullptr);

  WorkerPool pool(2, 4096);
  TargetHandler handler(pool);
  auto server = dropzone::http::Server::start(options_of(count, arguments), handler);
  if (!server) {
    std::cerr << server.error().detail << "\n";
    return 2;
  }
  std::cout << (*server)->port() << std::endl;
  const timespec two_hours{7200, 0};
  sigtimedwait(&stop, nullptr, &two_hours);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::cout << ((*server)->drain(deadline) ? "drained" : "not drained") << std::endl;
  server->reset();
  pool.stop();
  return 0;
}
