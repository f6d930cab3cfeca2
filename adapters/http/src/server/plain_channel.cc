#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "server/channel.h"

namespace dropzone::http {
namespace {

Channel::Status status_of_errno() noexcept {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Channel::Status::blocked
                                                                   : Channel::Status::broken;
}

class PlainChannel final : public Channel {
 public:
  explicit PlainChannel(Descriptor socket) : socket_(std::move(socket)) {}

  [[nodiscard]] int descriptor() const noexcept override { return socket_.get(); }

  Outcome read(std::span<char> buffer) override {
    const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) return {status_of_errno(), 0};
    if (count == 0) return {Status::closed, 0};
    return {Status::ok, static_cast<std::size_t>(count)};
  }

  Outcome write(std::span<const std::string_view> pieces) override {
    if (pieces.size() == 1) return outcome_of(send(pieces.front()));
    return outcome_of(send_gathered(pieces));
  }

  void end_writing() noexcept override { ::shutdown(socket_.get(), SHUT_WR); }

 private:
  static Outcome outcome_of(ssize_t sent) noexcept {
    if (sent < 0) return {status_of_errno(), 0};
    return {Status::ok, static_cast<std::size_t>(sent)};
  }

  // The kernel has less to copy in and to check for one piece.
  [[nodiscard]] ssize_t send(std::string_view piece) const noexcept {
    return ::send(socket_.get(), piece.data(), piece.size(), MSG_NOSIGNAL);
  }

  [[nodiscard]] ssize_t send_gathered(std::span<const std::string_view> pieces) const noexcept {
    std::array<iovec, 16> vectors;
    const auto used = std::min(pieces.size(), vectors.size());
    for (std::size_t i = 0; i < used; ++i) {
      vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = used;
    return ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
  }

  Descriptor socket_;
};

}  // namespace

bool Channel::peer_has_ended() const noexcept {
  pollfd state{.fd = descriptor(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&state, 1, 0) > 0;
}

void Channel::reset_on_close() noexcept {
  const linger now{1, 0};
  ::setsockopt(descriptor(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

std::unique_ptr<Channel> make_plain_channel(Descriptor socket) {
  return std::make_unique<PlainChannel>(std::move(socket));
}

}  // namespace dropzone::http
