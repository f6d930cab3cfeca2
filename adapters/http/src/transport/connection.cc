#include "connection.h"

#include <algorithm>
#include <utility>

#include <dropzone/http/problem.h>
#include <dropzone/http/secret_mask.h>
#include <dropzone/http/worker_pool.h>
#include "content_coding.h"
#include "io_thread.h"
#include "target.h"

namespace dropzone::http {
namespace {

// Reads in a row for one connection before others have their turn.
constexpr int kReadsAtOnce = 4;
// Characters of a path by which a failure names its request.
constexpr std::size_t kNamedPath = 200;

RequestName name_of(const Request& request) {
  std::string operation = request.method_text;
  operation.append(" ").append(request.raw_path, 0, kNamedPath);
  return {.id = request.request_id, .operation = std::move(operation)};
}

// No status at all would be a fault of the handler.
bool is_sendable(int status) noexcept { return status >= 200 && status <= 999; }

constexpr const char* kUnanswered = "the handler let go of the request without an answer";

bool is_sane_request_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 128 && !has_secret(id) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

Connection::Connection(IoThread& thread, std::uint64_t id, std::unique_ptr<Channel> channel,
                       Client client)
    : thread_(thread),
      mailbox_(thread.mailbox()),
      id_(id),
      channel_(std::move(channel)),
      client_(std::move(client)),
      compress_(thread.context().options.compress),
      compress_threshold_(thread.context().options.compress_threshold),
      framer_({thread.context().options.max_head, thread.context().options.max_target,
               thread.context().options.max_body}) {}

Connection::~Connection() = default;

void Connection::start(bool turn_away) {
  interest_ = {.readable = true, .writable = false};
  thread_.loop().watch(channel_->descriptor(), interest_, id_);
  guarded([&] {
    if (turn_away && channel_->is_handshaking()) {
      close();  // not worth a handshake
    } else if (turn_away) {
      refuse({ErrorCode::overloaded,
              "The server has as many connections as it may have; try again later."});
    } else {
      read();  // with luck the request came along
    }
    pump();
  });
  if (thread_.draining()) drain();
}

void Connection::on_ready(const EventLoop::Event& event) {
  guarded([&] {
    if (event.hangup) {
      close();
      return;
    }
    if (event.readable || (event.writable && channel_->read_wants_writable())) read();
    pump();
  });
}

void Connection::drain() {
  guarded([this] {
    wait_ = Wait::none;     // the waits of a server that ends are shorter
    if (is_idle()) read();  // a request that has arrived is answered
    if (closed_) return;
    if (framer_.phase() == RequestFramer::Phase::between && unread_.empty()) reading_ = false;
    pump();
  });
}

void Connection::post(std::function<void()> change) {
  mailbox_->post([self = shared_from_this(), change = std::move(change)] {
    self->guarded([&] {
      change();
      self->pump();
    });
  });
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  gone_.store(true, std::memory_order_relaxed);
  forget_exchanges();
  thread_.context().return_body_memory(std::exchange(body_memory_, 0));
  stream_.reset();
  thread_.loop().unwatch(channel_->descriptor());
  channel_.reset();
  thread_.remove(id_);
}

// ---- Reading

bool Connection::is_full() const noexcept {
  const auto& options = thread_.context().options;
  return replies_.size() >= options.max_pipelined ||
         output_.size() + replies_.waiting_bytes() >= options.max_buffered_answers;
}

bool Connection::wants_input() const noexcept {
  if (closed_ || peer_ended_) return false;
  return lingering_ || (reading_ && !stream_ && unread_.empty() && !is_full());
}

bool Connection::is_idle() const noexcept {
  return replies_.empty() && output_.empty() && !stream_ && unread_.empty() &&
         framer_.phase() == RequestFramer::Phase::between;
}

void Connection::read() {
  for (int i = 0; i < kReadsAtOnce && wants_input(); ++i) {
    const auto buffer = thread_.read_buffer();
    const auto [status, bytes] = channel_->read(buffer);
    if (status == Channel::Status::blocked) return;
    if (status == Channel::Status::broken) {
      close();
      return;
    }
    if (status == Channel::Status::closed) {
      peer_ended_ = true;
      return;
    }
    thread_.counters().bytes_received.add(bytes);
    bytes_in_window_ += bytes;
    if (!lingering_) process(std::string_view(buffer.data(), bytes));
    if (bytes < buffer.size() && !channel_->has_buffered_input()) return;
  }
}

void Connection::process(std::string_view input) {
  while (!input.empty() && reading_ && !is_full()) {
    if (framer_.phase() == RequestFramer::Phase::between) request_began_ = thread_.now();
    const auto status = framer_.feed(input);
    if (status == RequestFramer::Status::failed) {
      thread_.counters().requests_malformed.add();
      refuse(framer_.failure());
    } else if (!account_body()) {
      refuse({ErrorCode::overloaded,
              "Too many request bodies are being read; repeat the request a little later."});
    } else if (status == RequestFramer::Status::complete) {
      dispatch();
      write_answers();  // an answer given at once takes no place in the queue
    }
  }
  if (reading_) unread_.assign(input);
}

bool Connection::account_body() {
  const auto size = framer_.partial().body.size();
  if (size <= body_memory_) return true;
  if (!thread_.context().take_body_memory(size - body_memory_)) return false;
  body_memory_ = size;
  return true;
}

void Connection::dispatch() {
  const auto& framing = framer_.framing();
  if (!framing.keep_alive || thread_.draining()) reading_ = false;
  ++requests_;
  const auto ticket = requests_ << 1 | (accepts_gzip(framer_.partial().headers) ? 1U : 0U);
  auto request = take_request(ticket);
  thread_.counters().requests_total.add();
  thread_.counters().requests_in_flight.add();
  dispatching_ = true;
  std::string cause;
  try {
    thread_.context().handler.handle(std::move(request), Responder(shared_from_this(), ticket));
  } catch (...) {
    cause = exception_text();
  }
  dispatching_ = false;
  const bool thrown = !cause.empty();
  if (std::exchange(abandoned_, false)) {
    give_up(ticket, thrown ? std::move(cause) : std::string(kUnanswered));
  } else if (thrown) {  // after its answer, or while somebody else owes it
    report({}, 0, internal_failure(std::move(cause)));
  }
}

Request Connection::take_request(std::uint64_t ticket) {
  auto request = framer_.take();
  const auto id = request.headers.find("X-Request-Id");
  request.request_id = id && is_sane_request_id(*id) ? *id : thread_.make_request_id();
  request.received_at = request_began_;
  request.deadline = thread_.now() + thread_.context().options.handler_timeout;
  request.remote_address = client_.address;
  request.remote_port = client_.port;
  request.tls_peer = channel_->peer();

  Exchange exchange;
  exchange.ticket = ticket;
  exchange.name = name_of(request);
  exchange.deadline = request.deadline;
  exchange.body_memory = std::exchange(body_memory_, 0);
  exchange.head_only = request.method == Method::head;
  exchange.http_1_0 = request.http_minor_version == 0;
  replies_.push(std::move(exchange));
  return request;
}

// Answers in the handler's place, and reads nothing more.
void Connection::refuse(const Error& error) {
  reading_ = false;
  const auto& request = framer_.partial();
  const auto id = request.headers.find("X-Request-Id");
  Exchange exchange;
  exchange.name = name_of(request);
  exchange.name.id = id && is_sane_request_id(*id) ? *id : thread_.make_request_id();
  exchange.body_memory = std::exchange(body_memory_, 0);
  exchange.answered = true;
  exchange.head_only = request.method == Method::head;
  exchange.response = problem(error, exchange.name, request.raw_path);
  replies_.push(std::move(exchange));
}

Response Connection::problem(const Error& error, const RequestName& name,
                             std::string_view instance) {
  auto response = problem_response(error, name.id, instance);
  if (response.status >= 500) report(name, response.status, error);
  return response;
}

void Connection::give_up(std::uint64_t ticket, std::string cause) {
  if (auto* exchange = replies_.find_unanswered(ticket)) {
    answer(*exchange, problem(internal_failure(std::move(cause)), exchange->name));
  }
}

void Connection::report(const RequestName& name, int status, const Error& error) noexcept {
  auto* const observer = thread_.context().options.observer;
  if (observer == nullptr) return;
  try {
    observer->failed(
        {.request_id = name.id, .operation = name.operation, .status = status, .error = error});
  } catch (...) {  // There is nobody else to tell.
  }
}

void Connection::fail(const std::string& cause) noexcept {
  try {
    const RequestName name = replies_.empty() ? RequestName() : replies_.begin()->name;
    report(name, 0, internal_failure(cause));
  } catch (...) {  // There is no memory to say it with.
  }
  close();
}

// ---- Answering

void Connection::reply(std::uint64_t ticket, Response response) {
  if (compress_) apply_content_coding(response, ticket & 1, compress_threshold_);
  if (mailbox_->is_current_thread() && dispatching_) {
    accept_reply(ticket, std::move(response));
    return;
  }
  post([this, ticket, response = std::move(response)]() mutable {
    accept_reply(ticket, std::move(response));
  });
}

void Connection::abandon(std::uint64_t ticket) {
  const bool here = mailbox_->is_current_thread() && dispatching_;
  if (here && ticket >> 1 == requests_) {
    abandoned_ = true;  // dispatch() knows why
  } else if (here) {
    give_up(ticket, kUnanswered);
  } else {
    post([this, ticket] { give_up(ticket, kUnanswered); });
  }
}

bool Connection::client_gone(std::uint64_t ticket) const noexcept {
  return gone_.load(std::memory_order_relaxed) ||
         ticket < first_open_ticket_.load(std::memory_order_relaxed);
}

void Connection::accept_reply(std::uint64_t ticket, Response response) {
  if (auto* exchange = replies_.find_unanswered(ticket)) answer(*exchange, std::move(response));
}

void Connection::answer(Exchange& exchange, Response response) {
  if (!is_sendable(response.status)) {
    response = problem(
        internal_failure("the handler answered the status " + std::to_string(response.status)),
        exchange.name);
  }
  exchange.answered = true;
  exchange.response = std::move(response);
  thread_.counters().requests_in_flight.subtract();
}

// Moves everything on that can move.
void Connection::pump() {
  while (!closed_) {
    write_answers();
    feed_stream();
    send();
    if (closed_) return;
    if (stream_ ? wants_piece() : replies_.front_is_answered()) continue;
    if (!reading_ || stream_ || is_full()) break;
    if (!unread_.empty()) {
      process(std::exchange(unread_, {}));
    } else if (wants_input() && channel_->has_buffered_input()) {
      read();
    } else {
      break;
    }
  }
  if (!closed_) settle();
}

void Connection::write_answers() {
  while (!stream_ && replies_.front_is_answered()) {
    const bool last = !reading_ && replies_.size() == 1;
    auto exchange = replies_.pop();
    release(exchange);
    auto written = write_answer(std::move(exchange), last, thread_.date(),
                                thread_.context().strict_transport, output_);
    stream_ = std::move(written.stream);
    if (written.close) {
      reading_ = false;
      forget_exchanges();
    }
  }
  send_continue();
}

void Connection::send_continue() {
  if (!replies_.empty() || stream_ || !reading_ || !framer_.awaits_continue()) return;
  output_.tail().append("HTTP/1.1 100 Continue\r\n\r\n");
  framer_.continue_was_sent();
}

void Connection::send() {
  if (closed_ || output_.empty()) return;
  const auto [status, bytes] = output_.write_to(*channel_);
  thread_.counters().bytes_sent.add(bytes);
  bytes_out_window_ += bytes;
  if (status == Channel::Status::broken) close();
}

void Connection::release(const Exchange& exchange) {
  thread_.context().return_body_memory(exchange.body_memory);
  first_open_ticket_.store(exchange.ticket + 1, std::memory_order_relaxed);
}

void Connection::forget_exchanges() {
  while (!replies_.empty()) {
    const auto exchange = replies_.pop();
    if (!exchange.answered) thread_.counters().requests_in_flight.subtract();
    release(exchange);
  }
}

}  // namespace dropzone::http
