// Failures without a handler's answer are reported to the observer.
#include <catch2/catch.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include <dropzone/http/message/request_observer.h>
#include "server_fixture.h"

using namespace dropzone::http;           // NOLINT: the subject of this file
using namespace dropzone::http::testing;  // NOLINT
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

struct Report {
  std::string request_id;
  std::string operation;
  int status = 0;
  dropzone::Error error;
};

/// Keeps what is reported, for a test to wait for.
class Listener final : public RequestObserver {
 public:
  void answered(const RequestSummary&) override {}
  void failed(const Failure& failure) override {
    const std::lock_guard lock(mutex_);
    reports_.push_back({std::string(failure.request_id), std::string(failure.operation),
                        failure.status, failure.error});
    changed_.notify_all();
  }
  /// The next report.
  Report next() {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, 30s, [this] { return !reports_.empty(); }));
    auto first = std::move(reports_.front());
    reports_.erase(reports_.begin());
    return first;
  }
  [[nodiscard]] bool has_been_told_all() {
    const std::lock_guard lock(mutex_);
    return reports_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Report> reports_;
};

std::string named(const std::string& id) { return "X-Request-Id: " + id + "\r\n"; }

}  // namespace

TEST_CASE("anything that a handler throws is reported with its request") {
  Listener listener;
  RunningServer server(
      [](Request request, Responder respond) {
        if (request.path == "/what") throw std::runtime_error("it broke");
        if (request.path == "/memory") throw std::bad_alloc();
        if (request.path == "/int") throw 42;
        if (request.path == "/forget") return;
        respond(text("well"));
        if (request.path == "/after") throw std::runtime_error("too late");
      },
      {.observer = &listener});
  auto client = server.connect();
  for (const auto& [path, cause] : std::vector<std::pair<std::string, std::string>>{
           {"/what", "std::runtime_error: it broke"},
           {"/memory", "std::bad_alloc"},
           {"/int", "an exception of type int"},
           {"/forget", "the handler let go of the request without an answer"}}) {
    CHECK(client.ask(get(path, named("id-of" + path.substr(1)))).status == 500);
    const auto report = listener.next();
    CHECK(report.request_id == "id-of" + path.substr(1));
    CHECK(report.operation == "GET " + path);
    CHECK(report.status == 500);
    CHECK(report.error.code == dropzone::ErrorCode::internal);
    CHECK_THAT(report.error.cause, StartsWith(cause));
  }
  CHECK(client.ask(get("/after")).status == 200);
  CHECK(listener.next().error.cause == "std::runtime_error: too late");
  CHECK(client.ask(get("/well")).status == 200);
  CHECK(listener.has_been_told_all());
}

TEST_CASE("a responder that another thread drops, and an invalid status, are reported") {
  Listener listener;
  WorkerPool pool(1, 10);
  RunningServer server(
      [&](Request request, Responder respond) {
        if (request.path == "/status") {
          respond(make_response(42, "text/plain", {}));
        } else {
          run_on(pool, [dropped = std::move(respond)] {});
        }
      },
      {.observer = &listener});
  auto client = server.connect();
  CHECK(client.ask(get("/drop", named("dropped"))).status == 500);
  CHECK(listener.next().request_id == "dropped");
  CHECK(client.ask(get("/status", named("strange"))).status == 500);
  const auto report = listener.next();
  CHECK(report.request_id == "strange");
  CHECK_THAT(report.error.cause, Contains("status 42"));
}

TEST_CASE("a stream that fails half-way, by an error or an exception, is reported as cut off") {
  Listener listener;
  WorkerPool pool(1, 10);
  RunningServer server(
      [&](Request request, Responder respond) {
        Response response;
        if (request.segments.at(0) == "pool") response.stream.pool = &pool;
        response.stream.pull = [how = request.segments.at(1),
                                begun = false](std::string& out) mutable -> dropzone::Result<bool> {
          out = "begin";
          if (!std::exchange(begun, true)) return true;
          if (how == "what") throw std::runtime_error("it broke");
          if (how == "int") throw 42;
          return dropzone::Error{.code = dropzone::ErrorCode::unavailable, .cause = "errno 5"};
        };
        respond(std::move(response));
      },
      {.observer = &listener});
  for (const std::string where : {"/pool", "/here"}) {
    for (const auto& [how, cause] :
         std::vector<std::pair<std::string, std::string>>{{"/what", "std::runtime_error: it broke"},
                                                          {"/int", "an exception of type int"},
                                                          {"/error", "errno 5"}}) {
      auto client = server.connect();
      client.send(get(where + how, named("streamed")));
      const auto report = listener.next();
      CHECK(report.request_id == "streamed");
      CHECK(report.operation == "GET " + where + how);
      CHECK(report.status == 0);
      CHECK(report.error.cause == cause);
    }
  }
}

TEST_CASE(
    "a request that takes too long is reported with its id, and may be repeated a little later") {
  Listener listener;
  std::vector<Responder> held;
  RunningServer server([&](Request, Responder respond) { held.push_back(std::move(respond)); },
                       {.handler_timeout = 50ms, .observer = &listener});
  auto client = server.connect();
  const auto answer = client.ask(get("/slow", named("slow")));
  CHECK(answer.status == 503);
  CHECK(answer.headers.find("Retry-After") == "1");
  const auto report = listener.next();
  CHECK(report.request_id == "slow");
  CHECK(report.operation == "GET /slow");
  CHECK(report.error.code == dropzone::ErrorCode::deadline_exceeded);
  server.stop();
}

TEST_CASE("a 5xx of the server's own is reported, a refusal by the client's fault is not") {
  Listener listener;
  RunningServer server([](Request, Responder respond) { respond(text("well")); },
                       {.max_connections = 1, .observer = &listener});
  auto first = server.connect();
  CHECK(first.ask(get("/")).status == 200);
  auto second = server.connect();
  CHECK(second.read_answer().status == 503);
  const auto report = listener.next();
  CHECK(report.error.code == dropzone::ErrorCode::overloaded);
  CHECK(report.status == 503);
  first.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(first.read_answer().status == 400);
  CHECK(listener.has_been_told_all());
}

TEST_CASE("an answer that cannot be taken is given up, so that its request is not forgotten") {
  class FailingSink final : public ReplySink {
   public:
    void reply(std::uint64_t, Response) override { throw std::bad_alloc(); }
    void abandon(std::uint64_t ticket) override { abandoned.push_back(ticket); }
    void read_body(std::uint64_t, std::size_t, BodyReceiver) override {}
    [[nodiscard]] bool client_gone(std::uint64_t) const noexcept override { return false; }
    std::vector<std::uint64_t> abandoned;
  };
  const auto sink = std::make_shared<FailingSink>();
  {
    Responder respond(sink, 7);
    CHECK_THROWS_AS(respond(text("well")), std::bad_alloc);
  }
  CHECK(sink->abandoned == std::vector<std::uint64_t>{7});
}

TEST_CASE("a caller's request id that is a secret is not taken") {
  RunningServer server(
      [](Request request, Responder respond) { respond(text(request.request_id)); });
  auto client = server.connect();
  for (const std::string id : {"dzk_abc.def", "x-dzr_abc", "eyJhbGciOiJFUzI1NiJ9.e30.x"}) {
    const auto answer = client.ask(get("/", named(id)));
    CHECK(answer.body != id);
    CHECK(answer.headers.find("X-Request-Id") == answer.body);
  }
}
