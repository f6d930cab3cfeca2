// What is decided by a request's head, before its body has come.
#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server_fixture.h"

using namespace dropzone::http;           // NOLINT: the subject of this file
using namespace dropzone::http::testing;  // NOLINT
using namespace std::chrono_literals;
using dropzone::MemoryBudget;

namespace {

constexpr std::size_t kAnySize = 100'000'000;

/// A server whose handler sees heads, and the memory that its requests hold.
class HeadServer {
 public:
  explicit HeadServer(FunctionHandler::Function function, ServerOptions options = {})
      : memory(std::make_shared<MemoryBudget>(std::size_t{64} << 20)),
        handler_(std::move(function)) {
    options.memory = memory;
    auto started = Server::start(std::move(options), handler_);
    REQUIRE(started);
    server_ = std::move(*started);
  }

  Server* operator->() { return server_.get(); }
  void stop() { server_.reset(); }
  [[nodiscard]] RawClient connect() { return RawClient(server_->port()); }
  [[nodiscard]] bool holds_nothing() const {
    return eventually([this] { return memory->used() == 0; });
  }

  const std::shared_ptr<MemoryBudget> memory;

 private:
  class Handler final : public dropzone::http::Handler {
   public:
    explicit Handler(FunctionHandler::Function function) : function_(std::move(function)) {}
    void handle(Request&& request, Responder&& respond) override {
      function_(std::move(request), std::move(respond));
    }
    [[nodiscard]] bool takes_heads() const noexcept override { return true; }

   private:
    FunctionHandler::Function function_;
  };

  Handler handler_;
  std::unique_ptr<Server> server_;
};

/// Asks for the body and answers with it.
void echo_later(Request request, Responder respond, std::size_t limit = kAnySize) {
  if (!request.body_follows) {
    respond(text(std::move(request.body)));
    return;
  }
  const auto shared = std::make_shared<Responder>(std::move(respond));
  shared->read_body(limit, [shared, request = std::move(request)](ReceivedBody body) {
    (*shared)(text(std::move(body.text)));
  });
}

void echo(Request request, Responder respond) {
  echo_later(std::move(request), std::move(respond));
}

void refuse(Request request, Responder respond) {
  auto response = text(request.raw_path);
  if (request.raw_path != "/open") response.status = 401;
  respond(std::move(response));
}

std::string post(std::string_view framing, std::string_view version = "1.1") {
  return "POST / HTTP/" + std::string(version) + "\r\nHost: a\r\n" + std::string(framing) +
         "\r\n\r\n";
}

}  // namespace

TEST_CASE("what is refused by its head is answered before its body is sent") {
  HeadServer server(refuse);
  for (const auto* framing : {"Content-Length: 1000000", "Transfer-Encoding: chunked",
                              "Content-Length: 10\r\nExpect: 100-continue",
                              "Transfer-Encoding: chunked\r\nExpect: 100-continue",
                              "Content-Length: 1000000\r\nExpect: 100-continue"}) {
    INFO(framing);
    auto client = server.connect();
    client.send(post(framing));
    CHECK(client.read_some(12) == "HTTP/1.1 401");
    const auto rest = client.read_some(10'000);
    CHECK(rest.find("Connection: close") != std::string::npos);
    CHECK(client.is_closed_soon());
  }
  auto old = server.connect();
  old.send(post("Content-Length: 1000000", "1.0"));
  CHECK(old.read_answer().status == 401);
  CHECK(old.is_closed_soon());
  CHECK(server.holds_nothing());
}

TEST_CASE("a client that sends a large body at once still reads why its head was refused") {
  HeadServer server(refuse);
  auto client = server.connect();
  client.send(post("Content-Length: 20000000") + std::string(20'000'000, 'x'));
  CHECK(client.read_answer().status == 401);
  CHECK(server.holds_nothing());
}

TEST_CASE("a short body that nobody wants is read over, and the requests behind it are answered") {
  HeadServer server(refuse);
  auto client = server.connect();
  for (int round = 0; round < 3; ++round) {
    client.send(post("Content-Length: 1000"));
    const auto answer = client.read_answer();
    CHECK(answer.status == 401);
    CHECK(answer.headers.find("Connection") == "keep-alive");
    client.send(std::string(400, 'G'));
    client.send(std::string(600, 'E') + "\r\n" + get("/open") + get("/open"));
    CHECK(client.read_answer().body == "/open");
    CHECK(client.read_answer().body == "/open");
  }
  CHECK(server.holds_nothing());
}

TEST_CASE("a body that is asked for arrives, however it is sent") {
  HeadServer server(echo);
  auto client = server.connect();
  client.send(post("Content-Length: 5"));
  client.send("he");
  client.send("llo");
  CHECK(client.read_answer().body == "hello");

  client.send(post("Transfer-Encoding: chunked"));
  for (const char c : std::string("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"))
    client.send(std::string(1, c));
  CHECK(client.read_answer().body == "hello!");

  client.send(post("Content-Length: 5\r\nExpect: 100-continue"));
  CHECK(client.read_some(25) == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello" + get("/next"));
  CHECK(client.read_answer().body == "hello");
  CHECK(client.read_answer().status == 200);

  auto old = server.connect();
  old.send(post("Content-Length: 5", "1.0"));
  old.send("hello");
  CHECK(old.read_answer().body == "hello");

  std::string large(30'000'000, ' ');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 5);
  client.send(post("Content-Length: 30000000") + large);
  CHECK((client.read_answer().body == large));
  CHECK(server.holds_nothing());
}

TEST_CASE("100 Continue waits until the requests before are answered") {
  std::mutex mutex;
  std::optional<Responder> first;
  HeadServer server([&](Request request, Responder respond) {
    if (request.body_follows) {
      echo(std::move(request), std::move(respond));
    } else {
      const std::lock_guard lock(mutex);
      first.emplace(std::move(respond));
    }
  });
  auto client = server.connect();
  client.send(get("/first") + post("Content-Length: 2\r\nExpect: 100-continue"));
  CHECK(eventually([&] { return server->counters().requests_total == 2; }));
  {
    const std::lock_guard lock(mutex);
    (*first)(text("first"));
  }
  const auto bytes = client.read_some(12);
  CHECK(bytes == "HTTP/1.1 200");
  std::string rest;
  while (rest.find("HTTP/1.1 100 Continue\r\n\r\n") == std::string::npos)
    rest += client.read_some(1'000);
  client.send("ok");
  CHECK(client.read_answer().body == "ok");
}

TEST_CASE("until the handler has decided, no more is read than came along with the head") {
  std::promise<Responder> handed;
  HeadServer server([&](Request request, Responder respond) {
    CHECK(request.body_follows);
    handed.set_value(std::move(respond));
  });
  auto client = server.connect();
  std::thread sender(
      [&] { client.send(post("Content-Length: 20000000") + std::string(20'000'000, 'x')); });
  const auto responder = std::make_shared<Responder>(handed.get_future().get());
  std::this_thread::sleep_for(50ms);  // For the server to read more, were it to.
  CHECK(server.memory->used() <= std::size_t{64} << 10);
  CHECK(server->counters().bytes_received <= std::size_t{64} << 10);
  responder->read_body(kAnySize, [responder](ReceivedBody body) {
    (*responder)(text(std::to_string(body.text.size())));
  });
  CHECK(client.read_answer().body == "20000000");
  sender.join();
}

TEST_CASE("a handler may want less of a body than the server takes") {
  HeadServer server([](Request request, Responder respond) {
    echo_later(std::move(request), std::move(respond), 1'000);
  });
  for (const auto* framing :
       {"Content-Length: 1001", "Content-Length: 1001\r\nExpect: 100-continue"}) {
    auto client = server.connect();
    client.send(post(framing));
    CHECK(client.read_some(12) == "HTTP/1.1 413");
  }
  auto client = server.connect();
  client.send(post("Transfer-Encoding: chunked"));
  client.send("3e8\r\n" + std::string(1'000, 'x') + "\r\n1\r\ny");
  CHECK(client.read_answer().status == 413);
  auto whole = server.connect();
  whole.send(post("Content-Length: 1000"));
  whole.send(std::string(1'000, 'x'));
  CHECK(whole.read_answer().body.size() == 1'000);
  CHECK(server.holds_nothing());
}

TEST_CASE("whatever ends a request while its body comes, its memory is given back") {
  ServerOptions options;
  options.body_timeout = 200ms;
  options.min_rate = 1'000'000;
  HeadServer server(echo, options);
  SECTION("the client leaves") {
    auto client = server.connect();
    client.send(post("Content-Length: 100000") + std::string(50'000, 'x'));
    CHECK(eventually([&] { return server.memory->used() > 0; }));
    client.reset();
  }
  SECTION("the client ends its stream") {
    auto client = server.connect();
    client.send(post("Content-Length: 100000") + std::string(50'000, 'x'));
    client.end_sending();
    CHECK(client.read_answer().status == 400);
  }
  SECTION("the body comes too slowly") {
    auto client = server.connect();
    client.send(post("Content-Length: 1000000") + std::string(50'000, 'x'));
    CHECK(client.read_answer().status == 408);
  }
  SECTION("the body is malformed") {
    auto client = server.connect();
    client.send(post("Transfer-Encoding: chunked"));
    client.send("5\r\nhello\r\nxyz\r\n");
    CHECK(client.read_answer().status == 400);
  }
  SECTION("the server ends") {
    auto client = server.connect();
    client.send(post("Content-Length: 100000") + std::string(50'000, 'x'));
    CHECK(eventually([&] { return server.memory->used() > 0; }));
    server.stop();
  }
  CHECK(server.holds_nothing());
}

TEST_CASE("a handler that lets go of a head answers 500, and the connection ends cleanly") {
  HeadServer server([](Request, Responder) {});
  auto client = server.connect();
  client.send(post("Content-Length: 1000000"));
  CHECK(client.read_answer().status == 500);
  CHECK(client.is_closed_soon());
  CHECK(server.holds_nothing());
}

TEST_CASE("a handler that never decides is answered for at its deadline") {
  ServerOptions options;
  options.handler_timeout = 100ms;
  std::vector<Responder> kept;
  HeadServer server([&](Request, Responder respond) { kept.push_back(std::move(respond)); },
                    options);
  auto client = server.connect();
  client.send(post("Content-Length: 1000000") + "x");
  CHECK(client.read_answer().status == 503);
  CHECK(server.holds_nothing());
}
