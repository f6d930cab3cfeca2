#include <dropzone/process/service_manager.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include <catch2/catch.hpp>

#include "support/temporary_folder.h"

namespace dropzone::process {
namespace {

/// Listens as a service manager does.
class Manager {
 public:
  explicit Manager(const std::string& name) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    REQUIRE(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), length) == 0);
  }
  ~Manager() { ::close(socket_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  /// What came next; empty if nothing did.
  std::string next() {
    char text[64];
    const ssize_t length = ::recv(socket_, text, sizeof text, MSG_DONTWAIT);
    return length < 0 ? "" : std::string(text, static_cast<std::size_t>(length));
  }

 private:
  const int socket_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
};

TEST_CASE("a service manager is notified that the server is ready and that it stops") {
  const test::TemporaryFolder folder;
  for (const std::string& name :
       {(folder.path() / "socket").string(), "@dropzone-test-" + std::to_string(::getpid())}) {
    Manager manager(name);
    notify_systemd(name, kServiceReady);
    CHECK(manager.next() == "READY=1");
    notify_systemd(name, kServiceStopping);
    CHECK(manager.next() == "STOPPING=1");
  }
}

TEST_CASE("where no service manager listens, nothing happens") {
  const auto name = GENERATE(std::string(), std::string("/nowhere/socket"), std::string(500, 'x'));
  CHECK_NOTHROW(notify_systemd(name, kServiceReady));
}

}  // namespace
}  // namespace dropzone::process
