#include "server/io_thread.h"

#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <dropzone/http/server/signal_stack.h>
#include <dropzone/random_bits.h>
#include "server/connection.h"
#include "server/time_slice.h"

namespace dropzone::http {
namespace {

// Tags of descriptors that are not connections.
constexpr std::uint64_t kMailboxTag = 1;
constexpr std::uint64_t kTimerTag = 2;
constexpr std::uint64_t kListenerTag = 3;
constexpr std::uint64_t kFirstConnectionTag = 16;

constexpr std::size_t kReadBuffer = 64 * 1024;
constexpr int kAcceptsAtOnce = 64;
// Deadlines are looked at no more often than this.
constexpr std::chrono::milliseconds kTimerGrain{20};
constexpr std::chrono::milliseconds kAcceptPause{100};
// Connections above the cap that get an answer saying so; more are just closed.
constexpr std::size_t kRefusedPolitely = 64;

/// Requests that the handler is given one right after the other.
class Burst {
 public:
  explicit Burst(Handler& handler) noexcept : handler_(handler) { handler_.begin_burst(); }
  Burst(const Burst&) = delete;
  Burst& operator=(const Burst&) = delete;
  ~Burst() { handler_.end_burst(); }

 private:
  Handler& handler_;
};

}  // namespace

IoThread::IoThread(ServerContext& context)
    : context_(context),
      mailbox_(std::make_shared<Mailbox>()),
      loop_(*this),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      next_id_(kFirstConnectionTag),
      read_buffer_(kReadBuffer),
      random_(random_bits()),
      now_(std::chrono::steady_clock::now()) {
  if (!timer_) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  loop_.watch(mailbox_->descriptor(), {.readable = true}, kMailboxTag);
  loop_.watch(timer_.get(), {.readable = true}, kTimerTag);
}

IoThread::~IoThread() {
  mailbox_->close();
  while (!connections_.empty()) {
    const auto connection = connections_.begin()->second;
    connection->close();
  }
}

void IoThread::start() {
  thread_ = std::thread([this] { run(); });
}

void IoThread::request_stop() { loop_.stop(); }

void IoThread::join() {
  if (thread_.joinable()) thread_.join();
}

void IoThread::run() {
  const SignalStack signal_stack;
  // A write to a closed connection is an error here, not the end of the process.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  ask_for_short_time_slices();
  mailbox_->adopt_current_thread();
  loop_.run();
}

void IoThread::listen(Descriptor listening, std::vector<IoThread*> threads) {
  listener_ = std::make_unique<Listener>(std::move(listening));
  deal_to_ = std::move(threads);
  loop_.watch(listener_->descriptor(), {.readable = true}, kListenerTag);
}

void IoThread::adopt(AcceptedSocket socket, std::optional<Error> refusal) {
  // At once: of a burst this thread would otherwise be dealt all until it looks at the first.
  dealt_.fetch_add(1, std::memory_order_relaxed);
  if (mailbox_->is_current_thread()) {
    add_connection(std::move(socket), refusal);
    return;
  }
  auto shared = std::make_shared<AcceptedSocket>(std::move(socket));
  mailbox_->post([this, shared, refusal = std::move(refusal)] {
    add_connection(std::move(*shared), refusal);
  });
}

void IoThread::drain() {
  mailbox_->post([this] {
    if (listener_) {
      accept_some();
      loop_.unwatch(listener_->descriptor());
      listener_.reset();
    }
    draining_ = true;
    std::vector<std::shared_ptr<Connection>> all;
    for (const auto& [id, connection] : connections_) all.push_back(connection);
    for (const auto& connection : all) connection->drain();
  });
}

void IoThread::on_events(std::span<const EventLoop::Event> events) {
  now_ = std::chrono::steady_clock::now();
  std::optional<Burst> burst;
  if (events.size() > 1) burst.emplace(context_.handler);
  // The timer last: a request that has come is no longer too late.
  bool timer_is_due = false;
  for (const auto& event : events) {
    if (event.tag == kTimerTag) {
      timer_is_due = true;
    } else {
      on_event(event);
    }
  }
  if (timer_is_due) on_timer();
}

void IoThread::on_event(const EventLoop::Event& event) {
  switch (event.tag) {
    case kMailboxTag: mailbox_->run(); return;
    case kListenerTag: accept_some(); return;
    default: break;
  }
  const auto found = connections_.find(event.tag);
  if (found != connections_.end()) found->second->on_ready(event);
}

void IoThread::accept_some() {
  for (int i = 0; listener_ && i < kAcceptsAtOnce; ++i) {
    AcceptedSocket accepted;
    switch (listener_->accept(accepted)) {
      case Listener::Status::none_waiting: return;
      case Listener::Status::turned_away: counters_.connections_refused.add(); break;
      case Listener::Status::exhausted:
        counters_.connections_refused.add();
        loop_.change(listener_->descriptor(), {}, kListenerTag);
        wake_at(now_ + kAcceptPause);
        return;
      case Listener::Status::accepted: admit(std::move(accepted)); break;
    }
  }
}

void IoThread::admit(AcceptedSocket accepted) {
  const auto open = context_.connection_opened();
  accepted.slot = context_.addresses.enter(accepted.address);
  const bool too_many = open > context_.options.max_connections;
  const auto of_address = accepted.slot.connections();
  std::optional<Error> refusal;
  if (too_many) {
    refusal = Error{ErrorCode::overloaded, "The server has as many connections as it may have."};
  } else if (!context_.addresses.allows(of_address)) {
    refusal =
        Error{ErrorCode::rate_limited, "Your address has as many connections as it may have."};
  }
  if (refusal) counters_.connections_refused.add();
  if (open > context_.options.max_connections + kRefusedPolitely ||
      (of_address > kRefusedPolitely &&
       !context_.addresses.allows(of_address - kRefusedPolitely))) {
    context_.connection_closed();
    return;
  }
  auto* const least =
      *std::min_element(deal_to_.begin(), deal_to_.end(),
                        [](const IoThread* a, const IoThread* b) { return a->load() < b->load(); });
  least->adopt(std::move(accepted), std::move(refusal));
}

void IoThread::add_connection(AcceptedSocket socket, const std::optional<Error>& refusal) {
  const auto id = next_id_++;
  counters_.connections_open.add();
  counters_.connections_total.add();
  auto connection = std::make_shared<Connection>(
      *this, id, context_.make_channel(std::move(socket.socket)),
      Connection::Client{std::move(socket.address), socket.port, std::move(socket.slot)});
  connections_.emplace(id, connection);
  connection->start(refusal);
}

void IoThread::remove(std::uint64_t id) {
  if (connections_.erase(id) == 0) return;
  dealt_.fetch_sub(1, std::memory_order_relaxed);
  counters_.connections_open.subtract();
  context_.connection_closed();
}

void IoThread::wake_at(TimePoint time) {
  if (time >= next_wake_) return;
  set_timer(std::max(time, now_ + kTimerGrain));
}

void IoThread::set_timer(TimePoint time) {
  next_wake_ = time;
  itimerspec spec{};
  if (time != TimePoint::max()) {
    const auto since_epoch = time.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_epoch);
    spec.it_value.tv_sec = seconds.count();
    spec.it_value.tv_nsec = std::chrono::nanoseconds(since_epoch - seconds).count() + 1;
  }
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

void IoThread::on_timer() {
  std::uint64_t expirations = 0;
  [[maybe_unused]] const auto read_bytes = ::read(timer_.get(), &expirations, sizeof expirations);
  next_wake_ = TimePoint::max();
  if (listener_) loop_.change(listener_->descriptor(), {.readable = true}, kListenerTag);
  std::vector<std::shared_ptr<Connection>> due;
  auto next = TimePoint::max();
  for (const auto& [id, connection] : connections_) {
    const auto deadline = connection->next_deadline();
    if (deadline <= now_) {
      due.push_back(connection);
    } else {
      next = std::min(next, deadline);
    }
  }
  wake_at(next);
  for (const auto& connection : due) connection->on_time();
}

std::string IoThread::make_request_id() {
  constexpr std::string_view alphabet = "0123456789abcdefghijkmnpqrstuvwx";
  std::string id(12, '0');  // 60 bits, short enough to need no memory of its own
  auto bits = random_();
  for (auto& c : id) {
    c = alphabet[bits & 31];
    bits >>= 5;
  }
  return id;
}

}  // namespace dropzone::http
