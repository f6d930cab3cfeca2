// How a connection reads requests, and when it hands them over.
#include <algorithm>
#include <utility>

#include <dropzone/http/message/exception_text.h>
#include <dropzone/http/message/problem.h>
#include <dropzone/http/message/secret_mask.h>
#include "message/content_coding.h"
#include "message/request_account.h"
#include "server/connection.h"
#include "server/io_thread.h"

namespace dropzone::http {
namespace {

// Reads in a row for one connection before others have their turn.
constexpr int kReadsAtOnce = 4;
// So much of a body that nobody wants is read over; beyond, the connection ends.
constexpr std::size_t kMostDropped = std::size_t{64} << 10;

// Characters of a path by which a failure names its request.
constexpr std::size_t kNamedPath = 200;

RequestName name_of(const Request& request) {
  std::string operation = request.method_text;
  operation.append(" ").append(request.raw_path, 0, kNamedPath);
  return {.id = request.request_id,
          .operation = std::move(operation),
          .origin = std::string(request.headers.find("Origin").value_or(""))};
}

bool is_sane_request_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= 128 && !has_secret(id) &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '_' || c == '-';
         });
}

Error no_memory() {
  return {
      ErrorCode::overloaded, "The requests under way need all the memory that there is.", {}, {}};
}

}  // namespace

bool Connection::is_full() const noexcept {
  const auto& options = thread_.context().options;
  return replies_.size() >= options.max_pipelined + (early_ == Early::wanted ? 1 : 0) ||
         output_.size() + replies_.waiting_bytes() >= options.max_buffered_answers;
}

bool Connection::wants_input() const noexcept {
  if (closed_ || peer_ended_) return false;
  return lingering_ ||
         (reading_ && !stream_ && unread_.empty() && !is_full() && early_ != Early::undecided);
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
      on_peer_left();
      return;
    }
    thread_.counters().bytes_received.add(bytes);
    bytes_in_window_ += bytes;
    if (!lingering_) process(std::string_view(buffer.data(), bytes));
    if (bytes < buffer.size() && !channel_->has_buffered_input()) return;
  }
}

void Connection::process(std::string_view input) {
  const bool takes_heads = thread_.context().handler.takes_heads();
  while (!input.empty() && reading_ && !is_full() && early_ != Early::undecided) {
    if (framer_.phase() == RequestFramer::Phase::between) request_began_ = thread_.now();
    const auto status = framer_.feed(input);
    if (status == RequestFramer::Status::failed) {
      thread_.counters().requests_malformed.add();
      refuse(framer_.failure());
    } else if (!account_body()) {
      refuse(no_memory());
    } else if (status == RequestFramer::Status::complete) {
      early_ == Early::wanted ? hand_over_body() : take_whole();
      write_answers();  // an answer given at once takes no place in the queue
    } else if (takes_heads && early_ == Early::none && !framer_.discards_body() &&
               framer_.phase() == RequestFramer::Phase::body) {
      hand_over_head();
      write_answers();
    }
  }
  if (reading_) unread_.assign(input);
}

bool Connection::account_body() {
  const auto size = framer_.body_size();
  if (size <= body_charged_) return true;
  const auto more = size - body_charged_;
  if (!account_) account_ = account_of(thread_.context().memory);
  if (!client_.slot.take(more)) return false;
  if (!account_->charge(more)) {
    client_.slot.give_back(more);
    return false;
  }
  body_charged_ = size;
  return true;
}

// The body is whole, or of no use any more: the address's share is for others.
void Connection::end_body_account() noexcept {
  client_.slot.give_back(std::exchange(body_charged_, 0));
}

std::uint64_t Connection::next_ticket(const Headers& headers) noexcept {
  return ++requests_ << 1 | (accepts_gzip(headers) ? 1U : 0U);
}

void Connection::take_whole() {
  if (!framer_.framing().keep_alive || thread_.draining()) reading_ = false;
  auto request = framer_.take();
  const auto ticket = next_ticket(request.headers);
  begin_exchange(request, ticket);
  end_body_account();
  account_.reset();
  dispatch(std::move(request), ticket);
}

void Connection::hand_over_head() {
  auto head = framer_.take_head();
  head.body_follows = true;
  const auto ticket = next_ticket(head.headers);
  begin_exchange(head, ticket);
  early_ = Early::undecided;
  dispatch(std::move(head), ticket);
}

void Connection::begin_exchange(Request& request, std::uint64_t ticket) {
  const auto id = request.headers.find("X-Request-Id");
  request.request_id = id && is_sane_request_id(*id) ? *id : thread_.make_request_id();
  request.received_at = request_began_;
  request.deadline = thread_.now() + thread_.context().options.handler_timeout;
  request.remote_address = client_.address;
  request.remote_port = client_.port;
  request.tls_peer = channel_->peer();
  request.recognition = recognition_;
  request.stop = stop_.get_token();
  if (!account_) account_ = account_of(thread_.context().memory);
  request.budget = thread_.context().memory;
  request.memory = account_;

  PendingReply reply;
  reply.ticket = ticket;
  reply.name = name_of(request);
  reply.deadline = request.deadline;
  reply.head_only = request.method == Method::head;
  reply.http_1_0 = request.http_minor_version == 0;
  replies_.push(std::move(reply));
}

void Connection::dispatch(Request&& request, std::uint64_t ticket) {
  thread_.counters().requests_total.add();
  thread_.counters().requests_in_flight.add();
  run_handler(ticket, [&] {
    thread_.context().handler.handle(std::move(request), Responder(shared_from_this(), ticket));
  });
}

template <typename Step>
void Connection::run_handler(std::uint64_t ticket, Step step) {
  dispatching_ = true;
  std::string cause;
  try {
    step();
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

void Connection::read_body(std::uint64_t ticket, std::size_t limit, BodyReceiver receive) {
  if (mailbox_->is_current_thread() && dispatching_) {
    accept_body_wish(ticket, limit, std::move(receive));
    return;
  }
  post([this, ticket, limit, receive = std::move(receive)]() mutable {
    accept_body_wish(ticket, limit, std::move(receive));
  });
}

void Connection::accept_body_wish(std::uint64_t ticket, std::size_t limit, BodyReceiver receive) {
  auto* const reply = replies_.find_unanswered(ticket);
  if (reply == nullptr || early_ != Early::undecided) return;
  early_ = Early::wanted;
  reply->receive = std::move(receive);
  reply->deadline = TimePoint::max();  // Until the body is here, its own time-out counts.
  if (framer_.limit_body(std::min(limit, thread_.context().options.max_body))) return;
  refuse({ErrorCode::body_too_large,
          "The body of this request is larger than " + std::to_string(limit) + " bytes.",
          {},
          {}});
}

void Connection::hand_over_body() {
  auto& reply = replies_.last();
  if (!framer_.framing().keep_alive || thread_.draining()) reading_ = false;
  reply.deadline = thread_.now() + thread_.context().options.handler_timeout;
  ReceivedBody body{framer_.take_body(), reply.deadline};
  auto receive = std::exchange(reply.receive, {});
  const auto ticket = reply.ticket;
  early_ = Early::none;
  end_body_account();
  account_.reset();
  run_handler(ticket, [&] { std::exchange(receive, {})(std::move(body)); });
}

// Its request has been answered by its head. A short rest of the body is read over, so that the
// connection can go on; one that waits for "100 Continue" may never send it.
void Connection::drop_body() {
  early_ = Early::none;
  const bool goes_on = framer_.framing().keep_alive && !thread_.draining() &&
                       !framer_.framing().expects_continue && framer_.discard_body(kMostDropped);
  if (!goes_on) reading_ = false;
  end_body_account();
  account_.reset();
}

// Answers in the handler's place, and reads nothing more.
void Connection::refuse(const Error& error) {
  reading_ = false;
  if (early_ != Early::none) {
    auto& reply = replies_.last();
    if (!reply.answered) answer(reply, problem(error, reply.name));
    return;
  }
  const auto& request = framer_.partial();
  const auto id = request.headers.find("X-Request-Id");
  PendingReply reply;
  reply.name = name_of(request);
  reply.name.id = id && is_sane_request_id(*id) ? *id : thread_.make_request_id();
  if (reply.name.origin->empty()) reply.name.origin.reset();  // It may be yet to come.
  reply.answered = true;
  reply.head_only = request.method == Method::head;
  reply.response = problem(error, reply.name, request.raw_path);
  end_body_account();
  account_.reset();
  replies_.push(std::move(reply));
}

}  // namespace dropzone::http
