#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/http/message/ip_address.h>
#include "attacks.h"
#include "server_fixture.h"
#include "target_process.h"

using namespace dropzone::http;           // NOLINT: the subject of this file
using namespace dropzone::http::testing;  // NOLINT
using namespace std::chrono_literals;

namespace {

void echo(Request request, Responder respond) { respond(text(std::move(request.body))); }

std::string post(std::size_t length, std::string_view more_headers = {}) {
  return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) + "\r\n" +
         std::string(more_headers) + "\r\n";
}

}  // namespace

TEST_CASE("a body above the limit is refused at its head, before any of it is sent") {
  ServerOptions options;
  options.max_body = 1000;
  RunningServer server(echo, options);
  for (const auto* more : {"", "Expect: 100-continue\r\n"}) {
    auto client = server.connect();
    client.send(post(1001, more));
    CHECK(client.read_some(12) == "HTTP/1.1 413");
  }
  auto client = server.connect();
  CHECK(client.ask(post(1000) + std::string(1000, 'x')).body.size() == 1000);
}

TEST_CASE("a client that still sends a refused body can read why") {
  ServerOptions options;
  options.max_body = 1000;
  RunningServer server(echo, options);
  auto client = server.connect();
  client.send(post(20'000'000) + std::string(20'000'000, 'x'));
  CHECK(client.read_answer().status == 413);
}

TEST_CASE("a large body arrives as it was sent") {
  RunningServer server(echo);
  auto client = server.connect();
  std::string body(30'000'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 >> 5);
  client.send(post(body.size()) + body);
  CHECK((client.read_answer().body == body));
}

TEST_CASE("bodies that are read at once share a budget, which is given back") {
  ServerOptions options;
  options.max_bodies_total = 100'000;
  options.shared_addresses = {*AddressRange::parse("127.0.0.1")};
  RunningServer server(echo, options);
  for (int round = 0; round < 3; ++round) {
    auto holder = server.connect();
    holder.send(post(90'001) + std::string(90'000, 'x'));
    // Until the holder's bytes are read; then it has the budget.
    Answer refused;
    CHECK(eventually([&] {
      refused = server.connect().ask(post(20'000) + std::string(20'000, 'y'));
      return refused.status == 503;
    }));
    CHECK(refused.headers.contains("Retry-After"));
    CHECK(holder.ask("x").body.size() == 90'001);
  }
  auto client = server.connect();
  CHECK(client.ask(post(90'000) + std::string(90'000, 'x')).status == 200);
}

TEST_CASE("a connection above the cap is answered 503 and closed, one below it is served") {
  ServerOptions options;
  options.max_connections = 5;
  RunningServer server(echo, options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(server.connect());
    CHECK(clients.back().ask(get("/")).status == 200);
  }
  {
    auto refused = server.connect();
    const auto answer = refused.ask(get("/"));
    CHECK(answer.status == 503);
    CHECK(answer.headers.contains("Retry-After"));
    CHECK(answer.body.find("\"code\":\"overloaded\"") != std::string::npos);
    CHECK(refused.is_closed_soon());
  }
  CHECK(clients.front().ask(get("/")).status == 200);
  clients.pop_back();
  CHECK(eventually([&] { return server.connect().ask(get("/")).status == 200; }));
  CHECK(server->counters().connections_refused > 0);
}

TEST_CASE("a flood of connections above the cap does not stop those below it") {
  ServerOptions options;
  options.max_connections = 5;
  RunningServer server(echo, options);
  auto client = server.connect();
  CHECK(client.ask(get("/")).status == 200);
  std::vector<RawClient> flood;
  for (int i = 0; i < 300; ++i) flood.push_back(server.connect());
  CHECK(client.ask(get("/")).status == 200);
  flood.clear();
  CHECK(eventually([&] { return server->counters().connections_open == 1; }));
}

// UndefinedBehaviorSanitizer needs descriptors itself to look at memory.
TEST_CASE("without descriptors the server neither spins nor forgets its clients, and recovers",
          "[figures]") {
  TargetProcess server({"descriptors=64"});
  std::vector<RawClient> clients;
  clients.push_back(server.connect());
  for (int i = 0; i < 200; ++i) clients.push_back(server.connect());
  const auto cpu_before = cpu_seconds(server.pid());
  std::this_thread::sleep_for(500ms);
  CHECK(cpu_seconds(server.pid()) - cpu_before < 0.1);
  CHECK(clients.front().ask(get("/fast/1")).body == "1");
  clients.clear();
  CHECK(eventually([&] { return others_are_served(server.port(), 4); }));
}

TEST_CASE("an open idle connection takes less than 20 KB", "[figures]") {
  TargetProcess server;
  auto first = server.connect();
  CHECK(first.ask(get("/fast/1")).status == 200);
  const auto before = server.resident_bytes();
  std::vector<RawClient> clients;
  for (int i = 0; i < 500; ++i) {
    clients.push_back(server.connect());
    CHECK(clients.back().ask(get("/fast/1", "User-Agent: a client\r\nAccept: */*\r\n")).status ==
          200);
  }
  CHECK((server.resident_bytes() - before) / clients.size() < 20 * 1024);
}

TEST_CASE("closed connections leave nothing behind") {
  TargetProcess server;
  CHECK(others_are_served(server.port(), 50));
  const auto descriptors = server.open_descriptors();
  CHECK(abort_and_reuse_connections(server.port(), "/later/", 500).wrong == 0);
  CHECK(eventually([&] { return server.open_descriptors() <= descriptors; }));
}
