// Sends one request again and again, at a fixed rate, whatever the server does: how long requests
// take from the moment when they were due, so that waiting for a slow one before them counts.
//
//   steady_load PORT RATE SECONDS CONNECTIONS REQUEST_FILE
//
// Prints a JSON object: the rate that was reached, and percentiles in milliseconds. A response that
// is not 2xx, or one connection that breaks, ends it with status 1. SIGTERM ends it before the
// time.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

// How late a sleep may end. A request that is due sooner is awaited without one.
constexpr std::chrono::microseconds kLate{20};

volatile std::sig_atomic_t terminated = 0;

struct Connection {
  int socket = -1;
  Time due;              ///< Of the request that is under way.
  std::string received;  ///< Of its response.
};

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect");
  }
  return socket;
}

/// How many bytes a response has, once its head is here; 0 before.
std::size_t size_of_response(std::string_view received) {
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t end = received.find("\r\n\r\n");
  if (end == received.npos) return 0;
  const std::string_view head = received.substr(0, end);
  if (head.size() < 10 || head[9] != '2') throw std::runtime_error(std::string(head));
  const std::size_t at = head.find(kLength);
  if (at == head.npos) throw std::runtime_error("a response without a Content-Length");
  std::size_t length = 0;
  std::from_chars(head.data() + at + kLength.size(), head.data() + head.size(), length);
  return end + 4 + length;
}

class SteadyLoad {
 public:
  SteadyLoad(std::uint16_t port, std::size_t connections, std::string request)
      : request_(std::move(request)), connections_(connections), epoll_(::epoll_create1(0)) {
    for (std::size_t i = 0; i < connections; ++i) {
      connections_[i].socket = connect_to(port);
      epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
      ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket, &event);
      idle_.push_back(i);
    }
  }

  /// The time that each request took, in milliseconds, in ascending order.
  std::vector<double> run(double rate, double seconds) {
    auto count = static_cast<std::size_t>(rate * seconds);
    const Time start = Clock::now();
    for (std::size_t sent = 0; took_.size() < count;) {
      const Time now = Clock::now();
      for (Time due = due_at(start, rate, sent); sent < count && due <= now;
           due = due_at(start, rate, ++sent)) {
        waiting_.push_back(due);
      }
      send_waiting();
      receive(sent < count ? due_at(start, rate, sent) : Time::max());
      if (terminated != 0) count = sent;
    }
    if (took_.empty()) throw std::runtime_error("nothing was sent");
    seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
    std::ranges::sort(took_);
    return took_;
  }

  [[nodiscard]] double seconds() const { return seconds_; }

 private:
  static Time due_at(Time start, double rate, std::size_t number) {
    const std::chrono::duration<double> after(static_cast<double>(number) / rate);
    return start + std::chrono::duration_cast<Clock::duration>(after);
  }

  void send_waiting() {
    while (!waiting_.empty() && !idle_.empty()) {
      Connection& connection = connections_[idle_.back()];
      idle_.pop_back();
      connection.due = waiting_.front();
      waiting_.pop_front();
      // Smaller than a socket's buffer: a blocking send does not block.
      const auto sent = ::send(connection.socket, request_.data(), request_.size(), MSG_NOSIGNAL);
      if (sent != static_cast<ssize_t>(request_.size())) throw std::runtime_error("cannot send");
    }
  }

  /// Takes what has come. Waits for it while no request is due.
  void receive(Time next_due) {
    epoll_event events[64];
    // While nothing is due there is a response to wait for: a second wakes it for SIGTERM, too.
    const auto left = std::min<Clock::duration>(next_due - Clock::now(), std::chrono::seconds(1));
    const auto sleep = left > kLate ? left - kLate : Clock::duration::zero();
    const timespec time{.tv_sec = sleep / std::chrono::seconds(1),
                        .tv_nsec = sleep % std::chrono::seconds(1) / std::chrono::nanoseconds(1)};
    const int ready = ::epoll_pwait2(epoll_, events, std::size(events), &time, nullptr);
    if (ready < 0 && errno != EINTR) throw std::runtime_error("cannot wait");
    for (int i = 0; i < ready; ++i) receive_from(events[i].data.u64);
  }

  void receive_from(std::size_t number) {
    Connection& connection = connections_[number];
    char bytes[65'536];
    const auto count = ::recv(connection.socket, bytes, sizeof bytes, 0);
    if (count <= 0) throw std::runtime_error("the server closed a connection");
    connection.received.append(bytes, static_cast<std::size_t>(count));
    const std::size_t size = size_of_response(connection.received);
    if (size == 0 || connection.received.size() < size) return;
    const std::chrono::duration<double, std::milli> took = Clock::now() - connection.due;
    took_.push_back(took.count());
    connection.received.clear();
    idle_.push_back(number);
  }

  const std::string request_;
  std::vector<Connection> connections_;
  const int epoll_;
  std::vector<std::size_t> idle_;
  std::deque<Time> waiting_;  ///< When requests were due that no connection was free for.
  std::vector<double> took_;
  double seconds_ = 0;
};

double percentile(const std::vector<double>& ascending, double share) {
  const auto at = static_cast<std::size_t>(share * static_cast<double>(ascending.size()));
  return ascending[std::min(at, ascending.size() - 1)];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: steady_load PORT RATE SECONDS CONNECTIONS REQUEST_FILE\n";
    return 2;
  }
  std::signal(SIGTERM, [](int) { terminated = 1; });
  ::prctl(PR_SET_TIMERSLACK, 1);  // Nanosecond; by default sleeps may be 50 us longer.
  try {
    std::ifstream file(argv[5], std::ios::binary);
    std::string request{std::istreambuf_iterator<char>(file), {}};
    SteadyLoad load(static_cast<std::uint16_t>(std::stoi(argv[1])), std::stoul(argv[4]),
                    std::move(request));
    const std::vector<double> took = load.run(std::stod(argv[2]), std::stod(argv[3]));
    std::cout << "{\"rate\": " << static_cast<double>(took.size()) / load.seconds()
              << ", \"p50\": " << percentile(took, 0.5) << ", \"p99\": " << percentile(took, 0.99)
              << ", \"p999\": " << percentile(took, 0.999) << ", \"max\": " << took.back() << "}\n";
  } catch (const std::exception& error) {
    std::cerr << "steady_load: " << error.what() << '\n';
    return 1;
  }
}
