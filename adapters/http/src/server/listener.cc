#include "server/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include <dropzone/http/message/ip_address.h>

namespace dropzone::http {
namespace {

// Bytes that the kernel may hold unsent for one client; the rest stays here, where it is counted.
constexpr int kUnsentInKernel = 256 * 1024;

Error cannot_listen(const std::string& address, const std::string& why) {
  return {
      ErrorCode::invalid_configuration, "Cannot listen on " + address + ": " + why + ".", {}, {}};
}

bool is_port(const std::string& text) noexcept {
  std::uint16_t port = 0;
  const auto* const end = text.data() + text.size();
  const auto [parsed, fault] = std::from_chars(text.data(), end, port);
  return fault == std::errc() && parsed == end;
}

Descriptor reserve_descriptor() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

Result<Descriptor> listen_on(const addrinfo& candidate, const std::string& address) {
  Descriptor socket(::socket(candidate.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(socket.get(), candidate.ai_addr, candidate.ai_addrlen) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    return cannot_listen(address, std::strerror(errno));
  }
  return socket;
}

void describe(const sockaddr_storage& from, AcceptedSocket& accepted) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (from.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    accepted.port = ntohs(v4.sin_port);
  } else {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    accepted.port = ntohs(v6.sin6_port);
  }
  // An IPv4 address that a socket for IPv6 shows as one of IPv6 is written as what it is.
  const auto address = IpAddress::parse(text.data());
  accepted.address = address ? address->text() : std::string(text.data());
}

}  // namespace

Result<Descriptor> listen_on(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos) return cannot_listen(address, "it is not HOST:PORT");
  auto host = address.substr(0, colon);
  const auto port = address.substr(colon + 1);
  if (!is_port(port)) return cannot_listen(address, "its port is not a number up to 65535");
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);

  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int status =
      ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found);
  if (status != 0) return cannot_listen(address, ::gai_strerror(status));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);

  auto result = listen_on(*found, address);
  for (auto* next = found->ai_next; !result && next != nullptr; next = next->ai_next) {
    result = listen_on(*next, address);
  }
  return result;
}

std::uint16_t port_of(const Descriptor& socket) noexcept {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  return ntohs(bound.ss_family == AF_INET ? reinterpret_cast<sockaddr_in&>(bound).sin_port
                                          : reinterpret_cast<sockaddr_in6&>(bound).sin6_port);
}

Listener::Listener(Descriptor listening)
    : listening_(std::move(listening)), reserve_(reserve_descriptor()) {}

Listener::Status Listener::accept(AcceptedSocket& accepted) {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  const int socket = ::accept4(listening_.get(), reinterpret_cast<sockaddr*>(&from), &size,
                               SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (socket >= 0) {
    accepted.socket = Descriptor(socket);
    describe(from, accepted);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentInKernel, sizeof kUnsentInKernel);
    return Status::accepted;
  }
  if (errno == EAGAIN || errno == EWOULDBLOCK) return Status::none_waiting;
  if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) {
    return Status::turned_away;  // this one client has gone again; the next may be waiting
  }
  if (!reserve_) reserve_ = reserve_descriptor();
  if (!reserve_) return Status::exhausted;
  reserve_.reset();
  Descriptor refused(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const bool turned_away = static_cast<bool>(refused);
  refused.reset();
  reserve_ = reserve_descriptor();
  return turned_away ? Status::turned_away : Status::exhausted;
}

}  // namespace dropzone::http
