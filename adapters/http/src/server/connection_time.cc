// When a connection ends, and how long its client may take for what.
#include <algorithm>

#include "server/connection.h"
#include "server/io_thread.h"

namespace dropzone::http {
namespace {

using std::chrono::milliseconds;

constexpr auto kNever = std::chrono::steady_clock::time_point::max();
// After our last byte the client has this long to end its stream. To close while bytes of its are
// unread would reset the connection, and the reset could overtake our answer.
constexpr milliseconds kLingerTime{2000};
// A client that has ended its stream may still want its answer. Work that takes longer than this
// is stopped: whoever closes a connection looks the same.
constexpr milliseconds kHalfOpenTime{1000};
constexpr milliseconds kLingerTimeInDrain{200};

}  // namespace

// Decides, once everything has moved that can, what the connection waits for.
void Connection::settle() {
  if (peer_ended_ && unread_.empty() && !is_full() && early_ != Early::undecided) {
    if (early_ == Early::wanted) {
      refuse({ErrorCode::invalid_request, "The body was cut short.", {}, {}});
      write_answers();
      send();
      if (closed_) return;
    }
    reading_ = false;
  }
  const bool all_sent = replies_.empty() && !stream_ && output_.empty();
  if (all_sent && !reading_) {
    finish_writing();
    if (closed_) return;
  }
  update_interest();
  update_waits();
}

void Connection::finish_writing() {
  if (peer_ended_) {
    close();
  } else if (!lingering_) {
    lingering_ = true;
    channel_->end_writing();
  }
}

void Connection::on_peer_left() {
  peer_left_ = true;
  if (!replies_.empty()) left_for_good_at_ = thread_.now() + kHalfOpenTime;
}

void Connection::update_interest() {
  const bool reads = wants_input();
  const EventLoop::Interest wanted{
      .readable = reads && !channel_->read_wants_writable(),
      .writable = !output_.empty() || (reads && channel_->read_wants_writable()),
      .ended = !reads && !peer_left_ && !replies_.empty()};
  if (wanted == interest_) return;
  interest_ = wanted;
  thread_.loop().change(channel_->descriptor(), interest_, id_);
}

Connection::Wait Connection::current_wait() const noexcept {
  if (lingering_) return Wait::linger;
  if (!wants_input()) return Wait::none;
  if (channel_->is_handshaking()) return Wait::handshake;
  switch (framer_.phase()) {
    case RequestFramer::Phase::head: return Wait::head;
    case RequestFramer::Phase::body: return Wait::body;
    case RequestFramer::Phase::between: break;
  }
  return is_idle() ? Wait::idle : Wait::none;
}

void Connection::update_waits() {
  const auto now = thread_.now();
  const auto& options = thread_.context().options;
  const auto wait = current_wait();
  if (wait != wait_ || wait_request_ != requests_) {
    wait_ = wait;
    wait_request_ = requests_;
    bytes_in_window_ = 0;
    switch (wait) {
      case Wait::none: wait_until_ = kNever; break;
      case Wait::handshake: wait_until_ = now + options.header_timeout; break;
      case Wait::idle: wait_until_ = now + options.idle_timeout; break;
      case Wait::head: wait_until_ = now + options.header_timeout; break;
      case Wait::body: wait_until_ = now + options.body_timeout; break;
      case Wait::linger:
        wait_until_ = now + (thread_.draining() ? kLingerTimeInDrain : kLingerTime);
        break;
    }
  }
  if (output_.empty()) {
    write_until_ = kNever;
  } else if (write_until_ == kNever) {
    write_until_ = now + options.write_timeout;
    bytes_out_window_ = 0;
  }
  thread_.wake_at(next_deadline());
}

Connection::TimePoint Connection::next_deadline() const noexcept {
  return std::min(
      {wait_until_, write_until_, retry_stream_at_, left_for_good_at_, replies_.next_deadline()});
}

void Connection::on_time() {
  if (closed_ || thread_.now() < next_deadline()) return;
  guarded([this] {
    if (thread_.now() >= write_until_) on_write_window_over();
    if (!closed_ && thread_.now() >= wait_until_) on_wait_over();
    if (closed_) return;
    if (thread_.now() >= left_for_good_at_) {
      left_for_good_at_ = kNever;
      stop_.request_stop();
    }
    expire_exchanges();
    pump();
  });
}

void Connection::on_write_window_over() {
  const auto window = thread_.context().options.write_timeout;
  if (keeps_rate(bytes_out_window_, window)) {
    write_until_ = thread_.now() + window;
    bytes_out_window_ = 0;
    return;
  }
  thread_.counters().timeouts_write.add();
  channel_->reset_on_close();
  close();
}

void Connection::on_wait_over() {
  auto& counters = thread_.counters();
  const auto window = thread_.context().options.body_timeout;
  switch (wait_) {
    case Wait::none: break;
    case Wait::linger: close(); break;
    case Wait::handshake:
      counters.timeouts_header.add();
      close();
      break;
    case Wait::idle:
      counters.timeouts_idle.add();
      close();
      break;
    case Wait::head:
      counters.timeouts_header.add();
      refuse({ErrorCode::request_timeout, "The request's head took too long.", {}, {}});
      break;
    case Wait::body:
      if (keeps_rate(bytes_in_window_, window)) {
        wait_until_ = thread_.now() + window;
        bytes_in_window_ = 0;
        break;
      }
      counters.timeouts_body.add();
      refuse({ErrorCode::request_timeout, "The request's body came too slowly.", {}, {}});
      break;
  }
}

void Connection::expire_exchanges() {
  for (auto& reply : replies_) {
    if (reply.answered || thread_.now() < reply.deadline) continue;
    thread_.counters().timeouts_handler.add();
    const Error error{ErrorCode::deadline_exceeded,
                      "The request took too long; what it asked for may still be done. Look before "
                      "a write is repeated."};
    answer(reply, problem(error, reply.name));
  }
}

bool Connection::keeps_rate(std::uint64_t bytes, milliseconds window) const noexcept {
  const auto wanted =
      thread_.context().options.min_rate * static_cast<std::uint64_t>(window.count());
  return bytes * 1000 >= wanted;
}

}  // namespace dropzone::http
