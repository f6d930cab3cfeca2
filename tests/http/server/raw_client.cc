#include "raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace dropzone::http::testing {

RawClient::RawClient(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    const auto why = std::string("cannot connect: ") + std::strerror(errno);
    ::close(socket_);
    throw std::runtime_error(why);
  }
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      patience_(other.patience_),
      buffer_(std::move(other.buffer_)) {}

RawClient::~RawClient() {
  if (socket_ >= 0) ::close(socket_);
}

void RawClient::send(std::string_view bytes) {
  if (!try_send(bytes)) throw std::runtime_error("the server has closed the connection");
}

bool RawClient::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd writable{socket_, POLLOUT, 0};
    if (::poll(&writable, 1, static_cast<int>(patience_.count())) != 1) {
      throw std::runtime_error("the server does not read");
    }
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::end_sending() { ::shutdown(socket_, SHUT_WR); }

void RawClient::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(socket_, -1));
}

Answer RawClient::read_answer(bool to_head) {
  auto answer = try_read_answer(to_head);
  if (!answer) throw std::runtime_error("the connection ended before the answer");
  return std::move(*answer);
}

std::optional<Answer> RawClient::try_read_answer(bool to_head) {
  const auto status_line = take_line();
  if (!status_line) return std::nullopt;
  if (!status_line->starts_with("HTTP/1.1 ") || status_line->size() < 13) {
    throw std::runtime_error("not an answer: " + *status_line);
  }
  Answer answer;
  answer.status = std::stoi(status_line->substr(9, 3));
  for (;;) {
    const auto line = take_line();
    if (!line) return std::nullopt;
    if (line->empty()) break;
    const auto colon = line->find(": ");
    if (colon == std::string::npos) throw std::runtime_error("not a header: " + *line);
    answer.headers.add(line->substr(0, colon), line->substr(colon + 2));
  }
  if (answer.status == 100) return try_read_answer(to_head);
  if (to_head || answer.status == 204 || answer.status == 304) return answer;
  if (const auto length = answer.headers.find("Content-Length")) {
    auto body = take(std::stoul(std::string(*length)));
    if (!body) return std::nullopt;
    answer.body = std::move(*body);
  } else if (answer.headers.contains("Transfer-Encoding")) {
    if (!take_chunked(answer.body)) return std::nullopt;
  } else {
    answer.body = take_to_end();
  }
  return answer;
}

std::string RawClient::read_some(std::size_t most) {
  if (buffer_.empty()) fill(patience_);
  auto bytes = buffer_.substr(0, most);
  buffer_.erase(0, bytes.size());
  return bytes;
}

bool RawClient::is_closed_within(std::chrono::milliseconds time) {
  return buffer_.empty() && fill(time) == Filled::end;
}

RawClient::Filled RawClient::fill(std::chrono::milliseconds patience) {
  pollfd readable{socket_, POLLIN, 0};
  if (::poll(&readable, 1, static_cast<int>(patience.count())) != 1) return Filled::late;
  std::array<char, 64 * 1024> bytes;
  const auto count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return Filled::end;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return Filled::bytes;
}

bool RawClient::fill_to(std::size_t size) {
  while (buffer_.size() < size) {
    const auto filled = fill(patience_);
    if (filled == Filled::late) throw std::runtime_error("no answer in time");
    if (filled == Filled::end) return false;
  }
  return true;
}

std::optional<std::string> RawClient::take_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!fill_to(buffer_.size() + 1)) return std::nullopt;
  }
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::optional<std::string> RawClient::take(std::size_t size) {
  if (!fill_to(size)) return std::nullopt;
  auto bytes = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return bytes;
}

bool RawClient::take_chunked(std::string& body) {
  for (;;) {
    const auto line = take_line();
    if (!line) return false;
    const auto size = std::stoul(*line, nullptr, 16);
    const auto chunk = take(size + 2);
    if (!chunk) return false;
    if (size == 0) return true;
    body.append(*chunk, 0, size);
  }
}

std::string RawClient::take_to_end() {
  while (fill_to(buffer_.size() + 1)) {
  }
  return std::exchange(buffer_, {});
}

std::string get(std::string_view target, std::string_view more_headers) {
  std::string request = "GET ";
  return request.append(target).append(" HTTP/1.1\r\nHost: a\r\n").append(more_headers) + "\r\n";
}

}  // namespace dropzone::http::testing
