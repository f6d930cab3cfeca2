#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "server_fixture.h"

using namespace dropzone::http;           // NOLINT: the subject of this file
using namespace dropzone::http::testing;  // NOLINT
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kPiece = 64 * 1024;

// A stream of `pieces` pieces; piece i is all of the letter 'a' + i % 26.
Response counting_stream(int pieces, WorkerPool* pool, std::atomic<int>* pulled = nullptr) {
  Response response;
  response.headers.add("Content-Type", "application/octet-stream");
  response.stream.pool = pool;
  response.stream.pull = [i = 0, pieces,
                          pulled](std::string& chunk) mutable -> dropzone::Result<bool> {
    if (i == pieces) return false;
    if (pulled != nullptr) ++*pulled;
    chunk.append(kPiece, static_cast<char>('a' + i % 26));
    return ++i < pieces;
  };
  return response;
}

bool is_counting_body(const std::string& body, int pieces) {
  if (body.size() != kPiece * static_cast<std::size_t>(pieces)) return false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] != static_cast<char>('a' + i / kPiece % 26)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a streamed body arrives whole, in chunks, and the connection goes on") {
  WorkerPool pool(2, 10);
  RunningServer server([&](Request request, Responder respond) {
    if (request.path == "/next") return respond(text("next"));
    respond(counting_stream(300, request.path == "/pool" ? &pool : nullptr));
  });
  for (const auto* path : {"/pool", "/inline"}) {
    auto client = server.connect();
    client.send(get(path) + get("/next") + get(path));
    const auto streamed = client.read_answer();
    CHECK(streamed.headers.find("Transfer-Encoding") == "chunked");
    CHECK_FALSE(streamed.headers.contains("Content-Length"));
    CHECK(is_counting_body(streamed.body, 300));
    CHECK(client.read_answer().body == "next");
    CHECK(is_counting_body(client.read_answer().body, 300));
  }
}

TEST_CASE("answers that are ready behind a stream follow it") {
  WorkerPool pool(2, 10);
  RunningServer server([&](Request request, Responder respond) {
    if (request.path == "/stream") return respond(counting_stream(3, nullptr));
    respond(text(request.raw_path));
  });
  auto client = server.connect();
  client.send(get("/stream") + get("/a") + get("/b", "Connection: close\r\n"));
  CHECK(is_counting_body(client.read_answer().body, 3));
  CHECK(client.read_answer().body == "/a");
  CHECK(client.read_answer().body == "/b");
  CHECK(client.is_closed_soon());
}

TEST_CASE("to HTTP/1.0 a stream ends with the connection") {
  WorkerPool pool(2, 10);
  RunningServer server([&](Request, Responder respond) { respond(counting_stream(20, &pool)); });
  auto client = server.connect();
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const auto answer = client.read_answer();
  CHECK_FALSE(answer.headers.contains("Transfer-Encoding"));
  CHECK(is_counting_body(answer.body, 20));
}

TEST_CASE("HEAD pulls nothing of a stream") {
  std::atomic<int> pulled{0};
  RunningServer server(
      [&](Request, Responder respond) { respond(counting_stream(20, nullptr, &pulled)); });
  auto client = server.connect();
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(client.read_answer(true).headers.find("Transfer-Encoding") == "chunked");
  CHECK(pulled == 0);
}

TEST_CASE("an empty stream is an empty body") {
  RunningServer server([&](Request, Responder respond) { respond(counting_stream(0, nullptr)); });
  auto client = server.connect();
  CHECK(client.ask(get("/")).body.empty());
  CHECK(client.ask(get("/")).status == 200);
}

TEST_CASE("a stream that fails half-way is cut off without its last chunk") {
  WorkerPool pool(1, 10);
  RunningServer server([&](Request request, Responder respond) {
    Response response;
    response.stream.pool = request.path == "/pool" ? &pool : nullptr;
    const bool throws = request.path == "/throw";
    response.stream.pull = [i = 0, throws](std::string& chunk) mutable -> dropzone::Result<bool> {
      chunk.append(1000, 'x');
      if (i++ < 2) return true;
      if (throws) throw 42;
      return dropzone::Error{dropzone::ErrorCode::unavailable, "gone", {}, {}};
    };
    respond(std::move(response));
  });
  for (const auto* path : {"/pool", "/inline", "/throw"}) {
    auto client = server.connect();
    client.send(get(path));
    CHECK_FALSE(client.try_read_answer());
  }
  CHECK(server->counters().streams_aborted == 3);
}

TEST_CASE("a stream that nobody reads is not made") {
  WorkerPool pool(2, 10);
  std::atomic<int> pulled{0};
  RunningServer server([&](Request request, Responder respond) {
    respond(counting_stream(10'000, request.path == "/pool" ? &pool : nullptr, &pulled));
  });
  for (const auto* path : {"/pool", "/inline"}) {
    pulled = 0;
    auto client = server.connect(4096);
    client.send(get(path));
    client.read_some(1);
    int before = -1;
    for (int i = 0; i < 100 && before != pulled; ++i) {
      before = pulled;
      std::this_thread::sleep_for(50ms);
    }
    // What the kernel takes and a read-ahead of 320 KB; the whole would be 640 MB.
    CHECK(pulled < 100);
  }
}

TEST_CASE("pieces of a stream are made while a quarter of a megabyte waits") {
  WorkerPool pool(2, 10);
  std::atomic<std::size_t> pulled{0};
  RunningServer server([&](Request, Responder respond) {
    Response response;
    response.stream.pool = &pool;
    response.stream.pull = [&pulled](std::string& chunk) -> dropzone::Result<bool> {
      chunk.append(kPiece, 'x');
      pulled += kPiece;
      return true;
    };
    respond(std::move(response));
  });
  auto client = server.connect(4096);
  client.send(get("/"));
  const auto waiting = [&] {
    const std::size_t sent = server->counters().bytes_sent;
    return pulled - std::min<std::size_t>(pulled, sent);
  };
  CHECK(eventually([&] { return waiting() > 256 * 1024; }));
}

TEST_CASE("a stream waits while its pool is full") {
  WorkerPool pool(1, 1);
  RunningServer server([&](Request, Responder respond) { respond(counting_stream(5, &pool)); });
  std::atomic<bool> release{false};
  run_on(pool, [&] { (void)eventually([&] { return release.load(); }); });
  REQUIRE(eventually([&] { return pool.queued() == 0; }));
  run_on(pool, [] {});
  auto client = server.connect();
  client.send(get("/"));
  CHECK(client.read_some(12) == "HTTP/1.1 200");
  std::this_thread::sleep_for(30ms);
  release = true;
  std::string rest;
  for (int i = 0; i < 1000 && !rest.ends_with("\r\n0\r\n\r\n"); ++i) {
    rest += client.read_some(1 << 20);
  }
  CHECK(rest.size() > 5 * kPiece);
}

TEST_CASE("a stream's source is destroyed when its client goes") {
  WorkerPool pool(2, 10);
  const auto alive = std::make_shared<int>();
  RunningServer server([&](Request, Responder respond) {
    Response response;
    response.stream.pool = &pool;
    response.stream.pull = [kept = alive](std::string& chunk) -> dropzone::Result<bool> {
      chunk.append(kPiece, 'x');
      return true;
    };
    respond(std::move(response));
  });
  auto client = server.connect();
  client.send(get("/"));
  client.read_some(100);
  CHECK(alive.use_count() > 1);
  client.reset();
  CHECK(eventually([&] { return alive.use_count() == 1; }));
}
