#include <catch2/catch.hpp>

#include <openssl/ssl.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "server_fixture.h"
#include "tls_fixture.h"

using namespace dropzone::http;           // NOLINT: the subject of this file
using namespace dropzone::http::testing;  // NOLINT
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

constexpr const char* kLast = "Connection: close\r\n";

const TestAuthority& authority() {
  static const TestAuthority one;
  static const bool issued = (one.issue("server", "first"), one.issue("client", "loader"), true);
  (void)issued;
  return one;
}

ServerOptions tls_options(bool ask_clients = false) {
  ServerOptions options;
  options.tls = TlsOptions{authority().file("server.pem"), authority().file("server.key"),
                           ask_clients ? authority().certificate() : ""};
  return options;
}

TlsClient::Options trusting() { return {authority().certificate(), {}, {}, 0, {}}; }

void echo(Request request, Responder respond) {
  respond(text(request.path == "/large" ? std::string(100'000'000, 'x') : request.body));
}

}  // namespace

TEST_CASE("requests and answers go through TLS as they are") {
  RunningServer server(echo, tls_options());
  TlsClient client(server->port(), trusting());
  const std::string body(3'000'000, 'b');
  client.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfirst");
  client.send(
      "POST /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3000000\r\n\r\n");
  client.send(body);
  const auto answers = client.read_to_end();
  CHECK(answers.find("\r\n\r\nfirstHTTP/1.1 200 OK") != std::string::npos);
  CHECK(answers.ends_with("\r\n\r\n" + body));
}

TEST_CASE("every answer over TLS keeps browsers to it, if that is wanted, and none without") {
  constexpr const char* kField = "\r\nStrict-Transport-Security: max-age=";
  const std::string malformed = "GET nowhere\r\n\r\n";
  auto options = tls_options();
  for (const auto& request : {get("/", kLast), malformed}) {
    RunningServer server(echo, options);
    TlsClient client(server->port(), trusting());
    client.send(request);
    CHECK(client.read_to_end().find(kField + std::string("31536000\r\n")) != std::string::npos);
  }
  options.tls->hsts_max_age = 0;
  RunningServer quiet(echo, options);
  TlsClient client(quiet->port(), trusting());
  client.send(get("/", kLast));
  CHECK(client.read_to_end().find("Strict-Transport") == std::string::npos);
  RunningServer plain(echo);
  CHECK_FALSE(plain.connect().ask(get("/")).headers.contains("Strict-Transport-Security"));
}

TEST_CASE("an answer of 100 MB arrives whole through TLS, and pipelined requests with it") {
  RunningServer server(echo, tls_options());
  TlsClient client(server->port(), trusting());
  client.send(get("/1") + get("/large", kLast));
  const auto answers = client.read_to_end();
  CHECK(answers.size() > 100'000'000);
  CHECK(answers.ends_with("xxx"));
}

TEST_CASE("silent and dripping handshakes block nobody, and end in time") {
  auto options = tls_options();
  options.header_timeout = 700ms;
  RunningServer server(echo, options);
  std::vector<RawClient> silent;
  std::vector<RawClient> dripping;
  const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  for (int i = 0; i < 50; ++i) {
    silent.push_back(server.connect());
    dripping.push_back(server.connect());
  }
  for (const char byte : hello) {
    for (auto& client : dripping) client.try_send(std::string(1, byte));
    const auto before = steady_clock::now();
    TlsClient client(server->port(), trusting());
    client.send(get("/", kLast));
    CHECK(client.read_to_end().starts_with("HTTP/1.1 200"));
    CHECK(steady_clock::now() - before < 10s);
    std::this_thread::sleep_for(30ms);
  }
  for (auto& client : silent) CHECK(client.is_closed_within(8s));
  for (auto& client : dripping) CHECK(client.is_closed_within(8s));
}

TEST_CASE("a client certificate is demanded if authorities for it are named") {
  std::string subject;
  std::string fingerprint;
  RunningServer server(
      [&](Request request, Responder respond) {
        if (request.tls_peer) {
          subject = request.tls_peer->subject;
          fingerprint = request.tls_peer->fingerprint_sha256;
        }
        respond(text("known"));
      },
      tls_options(true));
  auto known = trusting();
  known.certificate_file = authority().file("client.pem");
  known.key_file = authority().file("client.key");
  TlsClient client(server->port(), known);
  client.send(get("/", kLast));
  CHECK(client.read_to_end().ends_with("known"));
  CHECK(subject == "CN=loader,O=Example");
  CHECK(fingerprint.size() == 64);

  // In TLS 1.3 the client learns only with its first read that it was refused.
  const auto ask = [&](const TlsClient::Options& options) {
    TlsClient stranger(server->port(), options);
    stranger.send(get("/", kLast));
    return stranger.read_to_end();
  };
  CHECK_THROWS_AS(ask(trusting()), std::runtime_error);
  const TestAuthority other;
  other.issue("client", "stranger");
  auto unknown = trusting();
  unknown.certificate_file = other.file("client.pem");
  unknown.key_file = other.file("client.key");
  CHECK_THROWS_AS(ask(unknown), std::runtime_error);
}

TEST_CASE("TLS 1.2 and 1.3 are spoken, older ones not") {
  RunningServer server(echo, tls_options());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto options = trusting();
    options.max_version = version;
    TlsClient client(server->port(), options);
    client.send(get("/", kLast));
    CHECK(client.read_to_end().starts_with("HTTP/1.1 200"));
  }
  auto old = trusting();
  old.max_version = TLS1_1_VERSION;
  CHECK_THROWS_AS(TlsClient(server->port(), old), std::runtime_error);
}

TEST_CASE("of the protocols that a client offers HTTP/1.1 is chosen, or none") {
  RunningServer server(echo, tls_options());
  auto options = trusting();
  options.protocols = "\x02h2\x08http/1.1";
  TlsClient client(server->port(), options);
  client.send(get("/", kLast));
  CHECK(client.read_to_end().starts_with("HTTP/1.1 200"));
  options.protocols = "\x02h2";
  CHECK_THROWS_AS(TlsClient(server->port(), options), std::runtime_error);
}

TEST_CASE("plain HTTP on a TLS port ends at once") {
  RunningServer server(echo, tls_options());
  auto client = server.connect();
  client.send(get("/"));
  client.read_some(1000);  // an alert, perhaps
  CHECK(client.is_closed_soon());
}

TEST_CASE("new files are used after a reload, bad ones never") {
  const TestAuthority& files = authority();
  files.issue("renewed", "second");
  const auto copy = [&](const char* name) {
    for (const auto* end : {".pem", ".key"}) {
      std::filesystem::copy_file(files.file(std::string(name) + end),
                                 files.file(std::string("current") + end),
                                 std::filesystem::copy_options::overwrite_existing);
    }
  };
  copy("server");
  auto options = tls_options();
  options.tls->certificate_file = files.file("current.pem");
  options.tls->key_file = files.file("current.key");
  RunningServer server(echo, options);
  TlsClient before(server->port(), trusting());
  CHECK(before.server_name() == "first");

  copy("renewed");
  REQUIRE(server->reload_tls());
  TlsClient after(server->port(), trusting());
  CHECK(after.server_name() == "second");
  before.send(get("/", kLast));
  CHECK(before.read_to_end().starts_with("HTTP/1.1 200"));

  std::filesystem::copy_file(files.file("server.key"), files.file("current.key"),
                             std::filesystem::copy_options::overwrite_existing);
  const auto mismatched = server->reload_tls();
  REQUIRE_FALSE(mismatched);
  CHECK(mismatched.error().detail.find("current.key") != std::string::npos);
  std::ofstream(files.file("current.pem")) << "nonsense";
  CHECK_FALSE(server->reload_tls());
  CHECK(TlsClient(server->port(), trusting()).server_name() == "second");
}

TEST_CASE("a server whose TLS files cannot be used does not start, and names the file") {
  FunctionHandler handler(echo);
  const auto complaint = [&](TlsOptions tls) {
    ServerOptions options;
    options.tls = std::move(tls);
    const auto started = Server::start(options, handler);
    return started ? std::string() : started.error().detail;
  };
  const auto good = *tls_options().tls;
  CHECK(complaint({"/none.pem", good.key_file, ""}).find("/none.pem") != std::string::npos);
  CHECK(complaint({good.certificate_file, "/none.key", ""}).find("/none.key") != std::string::npos);
  CHECK(complaint({good.certificate_file, good.key_file, "/none"}).find("/none") !=
        std::string::npos);
  CHECK(complaint(good).empty());
}

TEST_CASE("an idle TLS connection that had an answer takes less than 60 KB", "[figures]") {
  RunningServer server(echo, tls_options());
  const auto resident = [] {
    std::ifstream file("/proc/self/statm");
    long total = 0;
    long pages = 0;
    file >> total >> pages;
    return pages * 4096;
  };
  std::vector<TlsClient> clients;
  clients.reserve(200);
  clients.emplace_back(server->port(), trusting());
  const auto before = resident();
  for (int i = 0; i < 199; ++i) clients.emplace_back(server->port(), trusting());
  // Both ends are in this process.
  CHECK((resident() - before) / 199 < 2 * 60 * 1024);
}
