#include "server/connection.h"

#include <utility>

#include <dropzone/http/message/problem.h>
#include <dropzone/http/server/worker_pool.h>
#include "message/content_coding.h"
#include "message/request_account.h"
#include "server/io_thread.h"

namespace dropzone::http {
namespace {

// No status at all would be a fault of the handler.
bool is_sendable(int status) noexcept { return status >= 200 && status <= 999; }

// To compress takes as much room again, until the text itself is gone.
void compress(Response& response, bool client_accepts_gzip, std::size_t threshold) {
  const auto& account = response.memory;
  const bool counted = account && !response.stream.pull;
  const std::size_t more = counted ? response.body.size() : 0;
  if (counted && !account->charge(more)) return;
  apply_content_coding(response, client_accepts_gzip, threshold);
  if (counted) account->refund(account->held() - response.body.size());
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

void Connection::start(const std::optional<Error>& refusal) {
  interest_ = {.readable = true, .writable = false};
  thread_.loop().watch(channel_->descriptor(), interest_, id_);
  guarded([&] {
    if (refusal && channel_->is_handshaking()) {
      close();  // not worth a handshake
    } else if (refusal) {
      refuse(*refusal);
    } else {
      read();  // with luck the request came along
    }
    pump();
  });
  if (thread_.draining()) drain();
}

void Connection::on_ready(const EventLoop::Event& event) {
  guarded([&] {
    if (event.hangup || (event.other && !(interest_.ended && channel_->peer_has_ended()))) {
      close();
      return;
    }
    if (event.other) on_peer_left();
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
  stop_.request_stop();
  end_body_account();
  account_.reset();
  stream_.reset();
  stream_memory_.reset();
  waiting_.reset();
  // Responders may keep this object; what it holds is freed now.
  output_ = OutputQueue();
  unread_ = std::string();
  framer_.forget_body();
  client_.slot = {};
  thread_.loop().unwatch(channel_->descriptor());
  channel_.reset();
  thread_.remove(id_);
}

// ---- Answering

Response Connection::problem(const Error& error, const RequestName& name,
                             std::string_view instance) {
  auto response = problem_response(error, name.id, instance);
  thread_.context().handler.open_to_pages(name.origin, response.headers);
  if (response.status >= 500) report(name, response.status, error);
  return response;
}

void Connection::give_up(std::uint64_t ticket, std::string cause) {
  if (auto* reply = replies_.find_unanswered(ticket)) {
    answer(*reply, problem(internal_failure(std::move(cause)), reply->name));
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

void Connection::reply(std::uint64_t ticket, Response response) {
  if (compress_) compress(response, ticket & 1, compress_threshold_);
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

void Connection::accept_reply(std::uint64_t ticket, Response&& response) {
  if (auto* reply = replies_.find_unanswered(ticket)) answer(*reply, std::move(response));
}

void Connection::answer(PendingReply& reply, Response&& response) {
  if (!is_sendable(response.status)) {
    response = problem(
        internal_failure("the handler answered the status " + std::to_string(response.status)),
        reply.name);
  }
  reply.answered = true;
  reply.response = std::move(response);
  thread_.counters().requests_in_flight.subtract();
  if (early_ != Early::none && &reply == &replies_.last()) drop_body();
  const auto unused = std::exchange(reply.receive, {});
}

// Moves everything on that can move.
void Connection::pump() {
  while (!closed_) {
    write_answers();
    feed_stream();
    send();
    if (closed_) return;
    if (stream_ ? wants_piece() : replies_.front_is_answered()) continue;
    if (!reading_ || stream_ || is_full() || early_ == Early::undecided) break;
    if (!unread_.empty()) {
      process(std::exchange(unread_, {}));
    } else if (wants_input() && channel_->has_buffered_input()) {
      read();
    } else {
      break;
    }
  }
  if (!closed_) account_waiting();
  if (!closed_) settle();
}

void Connection::write_answers() {
  while (!stream_ && replies_.front_is_answered()) {
    const bool last = !reading_ && replies_.size() == 1;
    auto reply = replies_.pop();
    release(reply);
    const auto& context = thread_.context();
    auto written =
        write_answer(std::move(reply), last,
                     {.date = thread_.date(),
                      .strict_transport = context.strict_transport,
                      .idle_seconds = static_cast<std::size_t>(
                          floor<std::chrono::seconds>(context.options.idle_timeout).count())},
                     output_);
    stream_ = std::move(written.stream);
    stream_memory_ = std::move(written.memory);
    if (written.close) {
      reading_ = false;
      forget_exchanges();
    }
  }
  send_continue();
}

void Connection::send_continue() {
  // Its own is the last of the exchanges if its head was passed to the handler.
  const std::size_t own = early_ == Early::wanted ? 1 : 0;
  if (early_ == Early::undecided || replies_.size() > own) return;
  if (stream_ || !reading_ || !framer_.awaits_continue()) return;
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

void Connection::release(const PendingReply& reply) {
  first_open_ticket_.store(reply.ticket + 1, std::memory_order_relaxed);
}

void Connection::forget_exchanges() {
  early_ = Early::none;
  while (!replies_.empty()) {
    const auto reply = replies_.pop();
    if (!reply.answered) thread_.counters().requests_in_flight.subtract();
    release(reply);
  }
}

// What could not be sent at once is charged, if whoever made it has not done so.
void Connection::account_waiting() {
  const bool half_head = framer_.phase() == RequestFramer::Phase::head;
  const auto waiting = output_.size() + replies_.waiting_bytes() +
                       (half_head ? thread_.context().options.max_head : 0);
  const auto charged = waiting_ ? waiting_->held() : 0;
  if (waiting == 0 && charged == 0) return;
  const auto covered = output_.charged_bytes() + replies_.charged_bytes() +
                       (stream_memory_ ? stream_memory_->held() : 0);
  const auto wanted = waiting > covered ? waiting - covered : 0;
  if (wanted == charged) return;
  if (wanted < charged) {
    waiting_->refund(charged - wanted);
    return;
  }
  if (!waiting_) waiting_ = account_of(thread_.context().memory);
  if (waiting_->charge(wanted - charged)) return;
  thread_.counters().answers_dropped.add();
  channel_->reset_on_close();
  close();
}

}  // namespace dropzone::http
