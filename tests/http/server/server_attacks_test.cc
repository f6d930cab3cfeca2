// The attacks that a naive server falls to (naive_pistache_test.cc), and more, on ours.
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "attacks.h"
#include "support/eventually.h"
#include "target_process.h"

using namespace dropzone::http::testing;  // NOLINT: the subject of this file
using namespace std::chrono_literals;
using dropzone::test::eventually;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kMegabyte = 1024 * 1024;

// DROPZONE_ATTACK_ROUNDS=200000 for the long run.
int rounds() {
  const char* const text = std::getenv("DROPZONE_ATTACK_ROUNDS");
  return text != nullptr ? std::atoi(text) : 2000;
}

}  // namespace

TEST_CASE("no client gets another's answer, however connections are aborted and reused") {
  TargetProcess server;
  for (const auto* prefix : {"/nonce/", "/later/"}) {
    INFO(prefix);
    const auto count = abort_and_reuse_connections(server.port(), prefix, rounds());
    CHECK(count.wrong == 0);
    CHECK(count.nothing == 0);
    CHECK(count.right == count.asked);
  }
  CHECK(server.process().is_running());
}

TEST_CASE("nor while idle time-outs close connections in between") {
  TargetProcess server({"idle_timeout=20"});
  std::vector<RawClient> idle;
  for (int i = 0; i < 200; ++i) idle.push_back(server.connect());
  const auto count = abort_and_reuse_connections(server.port(), "/later/", rounds());
  CHECK(count.wrong == 0);
  // A time-out that fires while a request is on its way leaves it unanswered (RFC 9112, 9.5).
  CHECK(count.right + count.nothing == count.asked);
  CHECK(count.nothing <= 1 + count.asked / 10'000);
}

TEST_CASE("every pipelined request is answered") {
  TargetProcess server;
  CHECK(pipeline(server.port(), 500) == 500);
}

TEST_CASE("clients that do not read cost the others nothing") {
  TargetProcess server({"write_timeout=60000"});
  const auto siege = never_read(server.port(), server.pid());
  CHECK(siege.others_served);
  CHECK(siege.cpu_share <= kQuiet);
}

TEST_CASE("a client that does not read is closed in time") {
  TargetProcess server({"write_timeout=1000"});
  const auto descriptors = server.open_descriptors();
  auto client = server.connect(4096);
  const auto began = steady_clock::now();
  client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(eventually([&] { return server.open_descriptors() > descriptors; }));
  CHECK(eventually([&] { return server.open_descriptors() <= descriptors; }));
  CHECK(steady_clock::now() - began < 20s);
  CHECK_FALSE(client.try_read_answer());
}

TEST_CASE("a client that reads a byte now and then is closed in time") {
  TargetProcess server({"write_timeout=1000"});
  auto client = server.connect(4096);
  client.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 30; ++i) {
    client.read_some(1);
    std::this_thread::sleep_for(100ms);
  }
  CHECK(others_are_served(server.port(), 4));
  std::size_t rest = 0;
  for (auto bytes = client.read_some(kMegabyte); !bytes.empty();
       bytes = client.read_some(kMegabyte)) {
    rest += bytes.size();
  }
  CHECK(rest < 32 * kMegabyte);
}

TEST_CASE("large answers that are pipelined and never read take bounded memory", "[figures]") {
  TargetProcess server({"max_pipelined=4", "write_timeout=2000"});
  const auto before = server.resident_bytes();
  auto client = server.connect(4096);
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += get("/large");
  client.send(requests);
  std::size_t most = 0;
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(50ms);
    most = std::max(most, server.resident_bytes());
  }
  // Four of 64 MB may be under way at once.
  CHECK(most - before < 5 * 64 * kMegabyte);
  CHECK(others_are_served(server.port(), 4));
}

TEST_CASE("a stream to a client that does not read takes little memory", "[figures]") {
  TargetProcess server;
  const auto before = server.resident_bytes();
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(server.connect(4096));
    clients.back().send(get("/stream"));
  }
  std::this_thread::sleep_for(500ms);
  CHECK(server.resident_bytes() - before < 20 * kMegabyte);
  CHECK(others_are_served(server.port(), 4));
}

TEST_CASE("five hundred clients that send a byte now and then cost the others nothing") {
  TargetProcess server({"header_timeout=1500", "body_timeout=1500"});
  std::vector<RawClient> clients;
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ";
  const std::string body = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
  for (int i = 0; i < 500; ++i) {
    clients.push_back(server.connect());
    clients.back().send(i % 2 == 0 ? head : body);
  }
  const auto cpu_before = cpu_seconds(server.pid());
  for (int round = 0; round < 4; ++round) {
    for (auto& client : clients) client.try_send("x");
    CHECK(others_are_served(server.port(), 4));
    std::this_thread::sleep_for(250ms);
  }
  CHECK(cpu_seconds(server.pid()) - cpu_before < 0.5);
  for (auto& client : clients) REQUIRE(client.read_answer().status == 408);
}

TEST_CASE("half a request, then silence, is answered 408") {
  TargetProcess server({"header_timeout=200", "body_timeout=200", "idle_timeout=400"});
  for (const auto* half :
       {"G", "GET / HTTP/1.1\r\nHo", "GET / HTTP/1.1\r\nHost: a\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok"}) {
    INFO(half);
    auto client = server.connect();
    client.set_patience(8s);
    const auto answer = client.ask(half);
    CHECK(answer.status == 408);
    CHECK(client.is_closed_within(8s));
  }
  auto silent = server.connect();
  CHECK(silent.is_closed_within(8s));
  auto after_one = server.connect();
  CHECK(after_one.ask(get("/fast/1")).status == 200);
  CHECK(after_one.is_closed_within(8s));
}

TEST_CASE("a chunked body cut inside a chunk's end does no harm") {
  TargetProcess server;
  const auto siege = cut_inside_chunk_end(server.port(), server.pid());
  CHECK(siege.others_served);
  CHECK(siege.cpu_share <= kQuiet);
}

TEST_CASE("a line without end is refused at once") {
  TargetProcess server;
  const auto siege = endless_request_line(server.port(), server.pid());
  CHECK(siege.others_served);
  CHECK(siege.cpu_share <= kQuiet);
}

TEST_CASE("the body of a refused request is never taken for requests") {
  TargetProcess server;
  CHECK_FALSE(body_becomes_requests(server.port()));
}
