#include <catch2/catch.hpp>

#include <zlib.h>

#include <string>

#include "message/content_coding.h"
#include "server_fixture.h"

using namespace dropzone::http;           // NOLINT: the subject of this file
using namespace dropzone::http::testing;  // NOLINT

namespace {

std::string gunzip(const std::string& compressed) {
  z_stream stream{};
  REQUIRE(::inflateInit2(&stream, 15 + 16) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string plain(50'000'000, '\0');
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  REQUIRE(::inflate(&stream, Z_FINISH) == Z_STREAM_END);
  CHECK(stream.avail_in == 0);
  plain.resize(stream.total_out);
  ::inflateEnd(&stream);
  return plain;
}

std::string long_json(std::size_t size) {
  std::string body = "[";
  for (int i = 0; body.size() < size; ++i) body += "{\"mean\":" + std::to_string(i) + "},";
  return body + "{}]";
}

Response json(std::string body) { return make_response(200, "application/json", std::move(body)); }

bool is_compressed(Response response, bool accepted = true) {
  apply_content_coding(response, accepted, 1024);
  const auto encodings = response.headers.find_all("Content-Encoding");
  return !encodings.empty() && encodings.back() == "gzip";
}

}  // namespace

TEST_CASE("Accept-Encoding is weighed") {
  const auto accepts = [](const std::vector<std::string>& fields) {
    Headers headers;
    for (const auto& field : fields) headers.add("accept-encoding", field);
    return accepts_gzip(headers);
  };
  for (const auto* yes :
       {"gzip", "GZIP", "x-gzip", "br, gzip;q=0.1", "*", "deflate , gzip ; q=1.000",
        "gzip;q=0.5, identity;q=0.5", "identity;q=0, *"}) {
    INFO(yes);
    CHECK(accepts({yes}));
  }
  for (const auto* no :
       {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "identity",
        "gzip;q=0.4, identity;q=0.5", "gzip;q=2", "gzip;q=x", "gzip;q=1.5", "gzippy"}) {
    INFO(no);
    CHECK_FALSE(accepts({no}));
  }
  CHECK_FALSE(accepts({}));
  CHECK(accepts({"br", "gzip"}));
}

TEST_CASE("only what is text, large enough and not encoded yet is compressed") {
  const auto body = long_json(2000);
  CHECK(is_compressed(json(body)));
  CHECK_FALSE(is_compressed(json(body), false));
  CHECK_FALSE(is_compressed(json("{}")));
  for (const auto* type : {"application/problem+json", "text/html; charset=utf-8", "image/svg+xml",
                           "application/x-ndjson", "application/yaml"}) {
    INFO(type);
    CHECK(is_compressed(make_response(200, type, body)));
  }
  for (const auto* type : {"image/png", "application/octet-stream", "application/gzip"}) {
    INFO(type);
    CHECK_FALSE(is_compressed(make_response(200, type, body)));
  }
  const auto with = [&](std::string_view name, std::string_view value) {
    auto response = json(body);
    response.headers.add(name, value);
    return is_compressed(std::move(response));
  };
  CHECK_FALSE(with("Content-Encoding", "br"));
  CHECK_FALSE(with("Cache-Control", "public, no-transform"));
  // A strong ETag says that the bytes are these.
  CHECK_FALSE(with("ETag", "\"1\""));
  CHECK(with("ETag", "W/\"1\""));
  auto nothing = json(body);
  nothing.status = 304;
  CHECK_FALSE(is_compressed(std::move(nothing)));
}

TEST_CASE("an answer that could be compressed says so to caches, compressed or not") {
  for (const bool accepted : {true, false}) {
    auto response = json(long_json(2000));
    response.headers.add("Vary", "Origin");
    apply_content_coding(response, accepted, 1024);
    CHECK(response.headers.find_all("Vary") ==
          std::vector<std::string_view>{"Origin", "Accept-Encoding"});
  }
}

TEST_CASE("a compressed answer is what was to be said") {
  const auto body = long_json(3'000'000);
  WorkerPool pool(1, 10);
  RunningServer server([&](Request request, Responder respond) {
    if (request.path == "/now") return respond(json(body));
    if (request.path == "/later") {
      run_on(pool, [&, respond = std::move(respond)]() mutable { respond(json(body)); });
      return;
    }
    auto response = json({});
    response.stream.pool = &pool;
    response.stream.pull =
        [&body, at = std::size_t{0}](std::string& chunk) mutable -> dropzone::Result<bool> {
      chunk.append(body, at, 10'000);
      at += 10'000;
      return at < body.size();
    };
    respond(std::move(response));
  });
  auto client = server.connect();
  for (const auto* path : {"/now", "/later", "/stream"}) {
    INFO(path);
    const auto compressed = client.ask(get(path, "Accept-Encoding: gzip, br\r\n"));
    CHECK(compressed.headers.find("Content-Encoding") == "gzip");
    CHECK(compressed.headers.find("Vary") == "Accept-Encoding");
    CHECK(compressed.body.size() < body.size() / 4);
    CHECK((gunzip(compressed.body) == body));
    const auto plain = client.ask(get(path));
    CHECK_FALSE(plain.headers.contains("Content-Encoding"));
    CHECK((plain.body == body));
  }
  client.send("HEAD /now HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n");
  const auto head = client.read_answer(true);
  const auto same = client.ask(get("/now", "Accept-Encoding: gzip\r\n"));
  CHECK(head.headers.find("Content-Length") == same.headers.find("Content-Length"));
}

TEST_CASE("compression can be turned off") {
  ServerOptions options;
  options.compress = false;
  RunningServer server([](Request, Responder respond) { respond(json(long_json(2000))); }, options);
  auto client = server.connect();
  const auto answer = client.ask(get("/", "Accept-Encoding: gzip\r\n"));
  CHECK_FALSE(answer.headers.contains("Content-Encoding"));
  CHECK_FALSE(answer.headers.contains("Vary"));
}
