#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "framing_cases.h"
#include "server_fixture.h"

using namespace dropzone::http;           // NOLINT: the subject of this file
using namespace dropzone::http::testing;  // NOLINT
using namespace std::chrono_literals;

namespace {

void echo_path(Request request, Responder respond) { respond(text(request.raw_path)); }

/// Writes down the paths of requests, those of a burst in parentheses. "/wait" waits for `go`.
class BurstLog final : public Handler {
 public:
  void handle(Request&& request, Responder&& respond) override {
    written += request.raw_path;
    if (request.raw_path == "/wait") {
      waits.set_value();
      go.get_future().wait();
    }
    respond(text(""));
  }
  void begin_burst() noexcept override { written += '('; }
  void end_burst() noexcept override { written += ')'; }

  std::string written;
  std::promise<void> waits;
  std::promise<void> go;
};

}  // namespace

TEST_CASE("a running server treats every framing case as the table says") {
  ServerOptions options;
  options.max_body = kFramingCasesMaxBody;
  std::vector<std::string> bodies;
  RunningServer server(
      [&](Request request, Responder respond) { respond(text(std::move(request.body))); }, options);
  for (const auto& each : load_framing_cases()) {
    INFO(each.section << ": " << each.name);
    auto client = server.connect();
    client.try_send(each.bytes);
    for (std::size_t i = 0; i < each.statuses.size(); ++i) {
      const auto answer = client.read_answer();
      CHECK(answer.status == each.statuses[i]);
      if (answer.status != 200) {
        CHECK(answer.headers.find("Content-Type") == "application/problem+json");
        CHECK(answer.headers.find("Connection") == "close");
        CHECK(answer.body.find("\"requestId\":\"") != std::string::npos);
      } else if (each.bodies) {
        CHECK(answer.body == each.bodies->at(i));
      }
    }
    if (each.stays_open) {
      CHECK(client.ask(get("/still-there")).status == 200);
    } else {
      CHECK(client.is_closed_soon());
    }
  }
}

TEST_CASE("requests that have come together are handed over in a burst") {
  BurstLog handler;
  auto server = Server::start({.io_threads = 1}, handler);
  REQUIRE(server);
  RawClient first((*server)->port());
  RawClient second((*server)->port());
  RawClient third((*server)->port());
  for (RawClient* const client : {&first, &second, &third}) client->ask(get("/"));
  first.send(get("/wait"));
  handler.waits.get_future().wait();
  second.send(get("/a"));
  third.send(get("/a"));
  handler.go.set_value();
  for (RawClient* const client : {&first, &second, &third}) client->read_answer();
  first.ask(get("/alone"));
  server->reset();
  INFO(handler.written);
  CHECK(handler.written.find("(/a/a)/alone") != std::string::npos);
}

TEST_CASE("every answer has a date and a request id, the caller's if it is sane") {
  RunningServer server(echo_path);
  auto client = server.connect();
  const auto mine = client.ask(get("/", "X-Request-Id: my.id-1_A\r\n"));
  CHECK(mine.headers.find("X-Request-Id") == "my.id-1_A");
  CHECK(mine.headers.find("Date")->size() == 29);
  for (const std::string& insane :
       std::vector<std::string>{"", "a b", "a\xff", "{}", std::string(129, 'a')}) {
    const auto made = client.ask(get("/", "X-Request-Id: " + insane + "\r\n"));
    CHECK(made.headers.find("X-Request-Id")->size() == 12);
  }
  const auto refused = client.ask("GET / HTTP/1.1\r\nX-Request-Id: mine\r\n\r\n");
  CHECK(refused.status == 400);
  CHECK(refused.headers.find("X-Request-Id") == "mine");
  CHECK(refused.body.find("\"requestId\":\"mine\"") != std::string::npos);
}

TEST_CASE("HEAD has the head of GET, and no body") {
  RunningServer server(echo_path);
  auto client = server.connect();
  client.send("HEAD /four HTTP/1.1\r\nHost: a\r\n\r\n" + get("/next"));
  const auto head = client.read_answer(true);
  CHECK(head.status == 200);
  CHECK(head.headers.find("Content-Length") == "5");
  CHECK(client.read_answer().body == "/next");
}

TEST_CASE("204 and 304 have neither body nor length") {
  RunningServer server([](Request request, Responder respond) {
    Response response = text("not to be sent");
    response.status = std::stoi(request.segments.at(0));
    respond(std::move(response));
  });
  auto client = server.connect();
  for (const auto* status : {"204", "304"}) {
    const auto answer = client.ask(get(std::string("/") + status));
    CHECK(answer.status == std::stoi(status));
    CHECK_FALSE(answer.headers.contains("Content-Length"));
  }
  CHECK(client.ask(get("/200")).body == "not to be sent");
}

TEST_CASE("a handler cannot break the framing of its answer") {
  RunningServer server([](Request, Responder respond) {
    Response response = text("body");
    response.headers.add("Content-Length", "1");
    response.headers.add("Transfer-Encoding", "chunked");
    response.headers.add("Connection", "close");
    response.headers.add("X-Split", "a\r\nX-Injected: b\0c");
    respond(std::move(response));
  });
  auto client = server.connect();
  for (int i = 0; i < 2; ++i) {
    const auto answer = client.ask(get("/"));
    CHECK(answer.body == "body");
    CHECK(answer.headers.find_all("Content-Length").size() == 1);
    CHECK_FALSE(answer.headers.contains("X-Injected"));
    CHECK(answer.headers.find("X-Split") == "a  X-Injected: b");
  }
}

TEST_CASE("an invalid status is sent as 500") {
  RunningServer server([](Request, Responder respond) {
    Response response;
    response.status = 100;
    respond(std::move(response));
  });
  auto client = server.connect();
  CHECK(client.ask(get("/")).status == 500);
}

TEST_CASE("a handler that throws, anything, or forgets to answer is answered 500 for") {
  RunningServer server([](Request request, Responder respond) {
    if (request.path == "/throw") throw std::runtime_error("secret of the inside");
    if (request.path == "/int") throw 42;
    if (request.path == "/forget") return;
    respond(text("well"));
  });
  auto client = server.connect();
  for (const auto* path : {"/throw", "/int", "/forget"}) {
    const auto answer = client.ask(get(path));
    CHECK(answer.status == 500);
    CHECK(answer.body.find("secret") == std::string::npos);
    CHECK(answer.body.find("\"code\":\"internal\"") != std::string::npos);
  }
  CHECK(client.ask(get("/well")).body == "well");
}

TEST_CASE("a responder that another thread drops is answered 500 for") {
  WorkerPool pool(1, 10);
  RunningServer server([&](Request, Responder respond) {
    run_on(pool, [respond = std::move(respond)] { std::this_thread::sleep_for(5ms); });
  });
  auto client = server.connect();
  CHECK(client.ask(get("/")).status == 500);
}

TEST_CASE("pipelined requests are answered in their order, whoever is ready first") {
  WorkerPool pool(4, 1000);
  RunningServer server([&](Request request, Responder respond) {
    const auto number = std::stoi(request.segments.at(0));
    if (number % 3 == 0) {
      respond(text(request.raw_path));
      return;
    }
    run_on(pool, [number, path = request.raw_path, respond = std::move(respond)]() mutable {
      std::this_thread::sleep_for(std::chrono::milliseconds(number % 7));
      respond(text(std::move(path)));
    });
  });
  auto client = server.connect();
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += get("/" + std::to_string(i));
  client.send(requests);
  for (int i = 0; i < 300; ++i) REQUIRE(client.read_answer().body == "/" + std::to_string(i));
}

TEST_CASE("connections that come in a burst are dealt out evenly, also while a thread is busy") {
  ServerOptions options;
  options.io_threads = 2;
  std::promise<void> burst_is_over;
  const auto over = burst_is_over.get_future().share();
  RunningServer server(
      [&](Request request, Responder respond) {
        if (request.path == "/busy") over.wait();
        std::ostringstream thread;
        thread << std::this_thread::get_id();
        respond(text(thread.str()));
      },
      options);
  auto first = server.connect();
  first.ask(get("/"));
  auto busy = server.connect();  // With the thread that has none, which does not accept.
  busy.send(get("/busy"));
  std::vector<RawClient> burst;
  for (int i = 0; i < 32; ++i) {
    burst.push_back(server.connect());
    burst.back().send(get("/"));
  }
  CHECK(eventually([&] { return server->counters().connections_open >= 18; }));
  burst_is_over.set_value();
  std::map<std::string, int> connections;
  for (auto& client : burst) ++connections[client.read_answer().body];
  CHECK(connections.size() == 2);
  for (const auto& [thread, count] : connections) CHECK(count == 16);
}

TEST_CASE("a client that has ended its stream still gets its answers") {
  WorkerPool pool(1, 10);
  RunningServer server([&](Request request, Responder respond) {
    run_on(pool, [path = request.raw_path, respond = std::move(respond)]() mutable {
      std::this_thread::sleep_for(20ms);
      respond(text(std::move(path)));
    });
  });
  auto client = server.connect();
  client.send(get("/1") + get("/2"));
  client.end_sending();
  CHECK(client.read_answer().body == "/1");
  CHECK(client.read_answer().body == "/2");
  CHECK(client.is_closed_soon());
}

TEST_CASE("a client that expects it is asked for its body, in its turn") {
  RunningServer server(
      [](Request request, Responder respond) { respond(text(std::move(request.body))); });
  auto client = server.connect();
  client.send(get("/first") +
              "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  CHECK(client.read_answer().status == 200);
  CHECK(client.read_some(100) == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(client.ask("abc").body == "abc");
}

TEST_CASE("a client that did not wait to be asked is not asked") {
  RunningServer server(
      [](Request request, Responder respond) { respond(text(std::move(request.body))); });
  auto client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
  CHECK(client.read_some(12) == "HTTP/1.1 200");
}

TEST_CASE("a handler sees the client, the version and the decoded target") {
  Request seen;
  RunningServer server([&](Request request, Responder respond) {
    seen = std::move(request);
    respond({});
  });
  auto client = server.connect();
  client.ask(
      "POST /a%2Fb/c?x=1+2 HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi");
  server.stop();
  CHECK(seen.method == Method::post);
  CHECK(seen.http_minor_version == 0);
  CHECK(seen.segments == std::vector<std::string>{"a/b", "c"});
  CHECK(seen.query_value("x") == "1 2");
  CHECK(seen.remote_address == "127.0.0.1");
  CHECK(seen.remote_port != 0);
  CHECK(seen.body == "hi");
  CHECK(seen.deadline > seen.received_at);
}

TEST_CASE("a handler that takes too long is answered 503 for, and its late answer goes nowhere") {
  ServerOptions options;
  options.handler_timeout = 50ms;
  std::mutex mutex;
  std::optional<Responder> late;
  RunningServer server(
      [&](Request request, Responder respond) {
        if (request.path != "/late") return respond(text(request.raw_path));
        const std::lock_guard lock(mutex);
        late = std::move(respond);
      },
      options);
  auto client = server.connect();
  const auto answer = client.ask(get("/late"));
  CHECK(answer.status == 503);
  CHECK(answer.headers.contains("Retry-After"));
  CHECK(answer.body.find("\"code\":\"deadline_exceeded\"") != std::string::npos);
  {
    const std::lock_guard lock(mutex);
    CHECK(late->client_gone());
    (*late)(text("too late"));
  }
  CHECK(client.ask(get("/next")).body == "/next");
  CHECK(server->counters().timeouts_handler == 1);
}

TEST_CASE("a handler can see that its client has gone") {
  std::atomic<bool> holds{false};
  std::atomic<bool> saw_it_go{false};
  WorkerPool pool(1, 10);
  RunningServer server([&](Request, Responder respond) {
    run_on(pool, [&, respond = std::move(respond)]() mutable {
      holds = true;
      saw_it_go = eventually([&] { return respond.client_gone(); });
      respond(text("to nobody"));
    });
  });
  auto client = server.connect();
  client.send(get("/"));
  CHECK(eventually([&] { return holds.load(); }));
  client.reset();
  pool.stop();
  CHECK(saw_it_go);
}

TEST_CASE("a responder may outlive its server") {
  std::optional<Responder> kept;
  std::atomic<bool> holds{false};
  RunningServer server([&](Request, Responder respond) {
    kept = std::move(respond);
    holds = true;
  });
  auto client = server.connect();
  client.send(get("/"));
  REQUIRE(eventually([&] { return holds.load(); }));
  server.stop();
  CHECK(kept->client_gone());
  (*kept)(text("to nobody"));
}

TEST_CASE("a server that cannot listen says where and why") {
  RunningServer first(echo_path);
  FunctionHandler handler(echo_path);
  ServerOptions options;
  options.address = "127.0.0.1:" + std::to_string(first->port());
  const auto second = Server::start(options, handler);
  REQUIRE_FALSE(second);
  CHECK(second.error().detail.find(options.address) != std::string::npos);
  CHECK(second.error().detail.find("in use") != std::string::npos);
  for (const auto* wrong :
       {"nonsense", "127.0.0.1:x", "no.such.host.invalid:1", "127.0.0.1:70000"}) {
    options.address = wrong;
    INFO(wrong);
    CHECK_FALSE(Server::start(options, handler));
  }
}

TEST_CASE("a server listens on IPv6 if the machine has it") {
  ServerOptions options;
  options.address = "[::1]:0";
  FunctionHandler handler(echo_path);
  const auto server = Server::start(options, handler);
  if (!server) {
    WARN("no IPv6 here: " << server.error().detail);
    return;
  }
  CHECK((*server)->port() != 0);
}
