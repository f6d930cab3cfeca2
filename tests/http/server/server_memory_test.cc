// What requests and answers hold together, what one address may have, and how work is stopped.
#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/http/message/ip_address.h>
#include "server_fixture.h"

using namespace dropzone::http;           // NOLINT: the subject of this file
using namespace dropzone::http::testing;  // NOLINT
using namespace std::chrono_literals;
using dropzone::MemoryBudget;

namespace {

ServerOptions with_memory(std::size_t bytes) {
  ServerOptions options;
  options.memory = std::make_shared<MemoryBudget>(bytes);
  return options;
}

std::string post(std::size_t length) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("answers that nobody reads are counted over all connections, and end with them") {
  constexpr std::size_t kAnswer = 4'000'000;
  auto options = with_memory(5 * kAnswer);
  const auto memory = options.memory;
  RunningServer server([](Request, Responder respond) { respond(text(std::string(kAnswer, 'x'))); },
                       options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(server.connect(4'096));
    clients.back().send(get("/"));
  }
  CHECK(eventually([&] { return server->counters().requests_total == 20; }));
  CHECK(eventually([&] { return server->counters().answers_dropped >= 15; }));
  CHECK(memory->used() <= memory->limit());
  CHECK(memory->used() > 0);
  // Whoever reads has a whole answer, and no part of one that looks whole.
  int whole = 0;
  for (auto& client : clients) {
    if (const auto answer = client.try_read_answer()) whole += answer->body.size() == kAnswer;
  }
  CHECK(whole >= 1);
  CHECK(whole <= 5);
  clients.clear();
  CHECK(eventually([&] { return memory->used() == 0; }));
}

TEST_CASE("a streamed answer that is not read is counted, and one that is read is whole") {
  auto options = with_memory(10'000'000);
  const auto memory = options.memory;
  RunningServer server(
      [](Request, Responder respond) {
        Response response;
        response.stream.pull = [left = 40](std::string& chunk) mutable -> dropzone::Result<bool> {
          chunk.append(500'000, 'x');
          return --left > 0;
        };
        respond(std::move(response));
      },
      options);
  auto lazy = server.connect(4'096);
  lazy.send(get("/"));
  auto client = server.connect();
  client.send(get("/"));
  CHECK(client.read_answer().body.size() == 20'000'000);
  CHECK(memory->used() <= 2'000'000);
  CHECK(lazy.read_answer().body.size() == 20'000'000);
  CHECK(eventually([&] { return memory->used() == 0; }));
}

TEST_CASE("a request's memory is its own until it lets go of it") {
  auto options = with_memory(1'000'000);
  const auto memory = options.memory;
  std::mutex mutex;
  std::vector<std::shared_ptr<dropzone::MemoryAccount>> kept;
  RunningServer server(
      [&](Request request, Responder respond) {
        const std::lock_guard lock(mutex);
        CHECK(request.memory->charge(1'000));
        kept.push_back(request.memory);
        respond(text("ok"));
      },
      options);
  auto client = server.connect();
  client.send(post(50'000) + std::string(50'000, 'x') + get("/") + get("/"));
  for (int i = 0; i < 3; ++i) CHECK(client.read_answer().body == "ok");
  CHECK(memory->used() == 53'000);
  server.stop();
  CHECK(memory->used() == 53'000);
  kept.clear();
  CHECK(memory->used() == 0);
}

TEST_CASE("one address has half of the memory in bodies that are not whole, others have the rest") {
  auto options = with_memory(1'000'000);
  const auto memory = options.memory;
  RunningServer server([](Request, Responder respond) { respond(text("ok")); }, options);
  auto greedy = server.connect();
  greedy.send(post(600'000) + std::string(480'000, 'x'));
  CHECK(eventually([&] { return memory->used() >= 480'000; }));
  auto second = server.connect();
  second.send(post(50'000) + std::string(49'999, 'x'));
  CHECK(second.read_answer().status == 503);
  greedy.reset();
  CHECK(eventually([&] { return memory->used() == 0; }));
  auto third = server.connect();
  CHECK(third.ask(post(50'000) + std::string(50'000, 'x')).body == "ok");
}

TEST_CASE("an address has so many connections, and a place again when one of them ends") {
  ServerOptions options;
  options.max_connections_by_address = 3;
  SECTION("its own") {
    RunningServer server([](Request, Responder respond) { respond(text("ok")); }, options);
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
      clients.push_back(server.connect());
      CHECK(clients.back().ask(get("/")).body == "ok");
    }
    {
      auto refused = server.connect();
      const auto answer = refused.ask(get("/"));
      CHECK(answer.status == 429);
      CHECK(answer.headers.contains("Retry-After"));
      CHECK(refused.is_closed_soon());
    }
    clients.pop_back();
    CHECK(eventually([&] {
      try {
        return server.connect().ask(get("/")).status == 200;
      } catch (const std::runtime_error&) {
        return false;  // Closed without a word, as many are at once.
      }
    }));
  }
  SECTION("unless many share it") {
    options.shared_addresses = {*AddressRange::parse("127.0.0.0/8")};
    RunningServer server([](Request, Responder respond) { respond(text("ok")); }, options);
    std::vector<RawClient> clients;
    for (int i = 0; i < 10; ++i) {
      clients.push_back(server.connect());
      CHECK(clients.back().ask(get("/")).body == "ok");
    }
  }
}

TEST_CASE("blank lines that drip in do not extend the time without a request") {
  ServerOptions options;
  options.idle_timeout = 300ms;
  options.header_timeout = 60s;
  RunningServer server([](Request, Responder respond) { respond(text("ok")); }, options);
  for (const auto* drip : {"\r\n", "\n\r"}) {
    auto client = server.connect();
    if (*drip == '\n') client.send("\r");
    bool open = true;
    for (int i = 0; open && i < 400; ++i) {
      open =
          client.try_send(std::string(1, drip[static_cast<std::size_t>(i) % std::strlen(drip)])) &&
          !client.is_closed_within(25ms);
    }
    CHECK_FALSE(open);
  }
}

TEST_CASE("work is asked to stop when its client leaves, and when the server ends") {
  std::mutex mutex;
  std::vector<std::pair<std::stop_token, Responder>> work;
  RunningServer server([&](Request request, Responder respond) {
    const std::lock_guard lock(mutex);
    work.emplace_back(request.stop, std::move(respond));
  });
  const auto stopped = [&] {
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return !work.empty() && work.front().first.stop_requested();
    });
  };
  const auto runs = [&] {
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return !work.empty() && !work.front().first.stop_requested();
    });
  };
  SECTION("it resets the connection") {
    auto client = server.connect();
    client.send(get("/"));
    CHECK(runs());
    client.reset();
    CHECK(stopped());
  }
  SECTION("it closes the connection") {
    auto client = std::make_unique<RawClient>(server.connect());
    client->send(get("/"));
    CHECK(runs());
    client.reset();
    CHECK(stopped());
  }
  SECTION("it closes a connection on which nothing more is read") {
    auto client = std::make_unique<RawClient>(server.connect());
    client->send(get("/", "Connection: close\r\n"));
    CHECK(runs());
    client.reset();
    CHECK(stopped());
  }
  SECTION("the server ends") {
    auto client = server.connect();
    client.send(get("/"));
    CHECK(runs());
    server.stop();
    CHECK(stopped());
  }
  work.clear();
}

TEST_CASE("a client that ends its stream and waits has its answer") {
  RunningServer server([](Request request, Responder respond) {
    CHECK_FALSE(request.stop.stop_requested());
    respond(text("ok"));
  });
  auto client = server.connect();
  client.send(get("/"));
  client.end_sending();
  CHECK(client.read_answer().body == "ok");
}
