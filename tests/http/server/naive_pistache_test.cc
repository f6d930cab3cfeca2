// What these attacks do to a server that leaves framing, writing and time-outs to the library. The
// same attacks are tried on our own server in server_attacks_test.cc. Should one of these tests
// find nothing with a newer Pistache, that is good news, and no failure.
#include <catch2/catch.hpp>

#include <string>

#include "attacks.h"
#include "child_process.h"

using namespace dropzone::http::testing;  // NOLINT: the subject of this file

namespace {

class NaiveServer {
 public:
  NaiveServer() : process_(DROPZONE_NAIVE_SERVER, {}) {
    port_ = static_cast<std::uint16_t>(std::stoi(process_.read_line()));
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] int pid() const { return process_.pid(); }
  [[nodiscard]] bool is_running() { return process_.is_running(); }

 private:
  ChildProcess process_;
  std::uint16_t port_ = 0;
};

// Whether a few thousand rounds bring the server to a wrong answer, or down.
bool errs_in(NaiveServer& server, const std::string& prefix) {
  for (int i = 0; i < 10; ++i) {
    const auto count =
        abort_and_reuse_connections(server.port(), prefix, 2000, std::chrono::seconds(2));
    if (count.wrong > 0 || !server.is_running()) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a naive server gives one client's answer to another") {
  NaiveServer server;
  CHECK_NOFAIL(errs_in(server, "/nonce/"));
}

TEST_CASE("a naive server that answers later does so too, or dies of it") {
  NaiveServer server;
  CHECK_NOFAIL(errs_in(server, "/later/"));
}

TEST_CASE("a naive server loses pipelined requests") {
  NaiveServer server;
  CHECK_NOFAIL(pipeline(server.port(), 5) < 5);
}

TEST_CASE("a naive server is stopped by clients that do not read") {
  NaiveServer server;
  const auto siege = never_read(server.port(), server.pid());
  INFO("CPU share " << siege.cpu_share);
  CHECK_NOFAIL(!siege.others_served);
  CHECK_NOFAIL(siege.cpu_share > kQuiet);
}

TEST_CASE("a naive server is stopped by a chunk that is cut inside its end") {
  NaiveServer server;
  const auto siege = cut_inside_chunk_end(server.port(), server.pid());
  INFO("CPU share " << siege.cpu_share);
  CHECK_NOFAIL(!siege.others_served);
  CHECK_NOFAIL(siege.cpu_share > kQuiet);
}

TEST_CASE("a naive server takes the body of a refused request for more requests") {
  NaiveServer server;
  CHECK_NOFAIL(body_becomes_requests(server.port()));
}
