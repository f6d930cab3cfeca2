#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include <dropzone/http/message/exception_text.h>
#include <dropzone/http/message/handler.h>
#include "server/answer_writer.h"
#include "server/channel.h"
#include "server/connections_by_address.h"
#include "server/event_loop.h"
#include "server/mailbox.h"
#include "server/output_queue.h"
#include "server/reply_queue.h"
#include "server/request_framer.h"
#include "server/streamed_body.h"

namespace dropzone::http {

class IoThread;

/// Why a request is answered 500 if nothing was thrown.
inline constexpr const char* kUnanswered = "the handler let go of the request without an answer";

/// One client's connection: cuts its bytes into requests, hands these to the handler, and sends the
/// answers in order. Belongs to one I/O thread, on which everything but ReplySink's members runs.
/// Answers find it by its object, never by a descriptor's number, so none can reach another client.
class Connection final : public ReplySink, public std::enable_shared_from_this<Connection> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Client {
    std::string address;
    std::uint16_t port = 0;
    ConnectionsByAddress::Slot slot = {};
  };

  Connection(IoThread& thread, std::uint64_t id, std::unique_ptr<Channel> channel, Client client);
  ~Connection() override;

  /// Starts to serve it, or to turn it away with this error.
  void start(const std::optional<Error>& refusal);

  void on_ready(const EventLoop::Event& event);
  /// Looks at the deadlines.
  void on_time();
  /// Lets it end after the requests that it has begun.
  void drain();
  /// Ends it at once. Idempotent.
  void close();

  /// The earliest time at which on_time() has something to do.
  [[nodiscard]] TimePoint next_deadline() const noexcept;

  // ReplySink. The lowest bit of a ticket says whether the client accepts gzip, so that answers are
  // compressed by the thread that made them.
  void reply(std::uint64_t ticket, Response response) override;
  void abandon(std::uint64_t ticket) override;
  void read_body(std::uint64_t ticket, std::size_t limit, BodyReceiver receive) override;
  [[nodiscard]] bool client_gone(std::uint64_t ticket) const noexcept override;

 private:
  /// What the client is given time for; `none` while the server is to move.
  enum class Wait : std::uint8_t { none, handshake, idle, head, body, linger };

  /// Runs `step`, and closes the connection if it throws.
  template <typename Step>
  void guarded(Step step);
  /// Runs `change` on the connection's thread, and whatever follows from it. From any thread.
  void post(std::function<void()> change);

  /// How far the request has come whose body is being read.
  enum class Early : std::uint8_t {
    none,       ///< It is handed over once it is whole.
    undecided,  ///< Its head was handed over: the handler has not said whether it wants the body.
    wanted,     ///< The handler waits for the body.
  };

  // Reading.
  void read();
  void process(std::string_view input);
  void take_whole();
  void hand_over_head();
  void dispatch(Request&& request, std::uint64_t ticket);
  /// Calls the handler, which is to answer this request or to see that somebody does.
  template <typename Step>
  void run_handler(std::uint64_t ticket, Step step);
  [[nodiscard]] std::uint64_t next_ticket(const Headers& headers) noexcept;
  void begin_exchange(Request& request, std::uint64_t ticket);
  void accept_body_wish(std::uint64_t ticket, std::size_t limit, BodyReceiver receive);
  void hand_over_body();
  void drop_body();
  void refuse(const Error& error);
  bool account_body();
  void end_body_account() noexcept;
  [[nodiscard]] bool is_full() const noexcept;
  [[nodiscard]] bool wants_input() const noexcept;
  [[nodiscard]] bool is_idle() const noexcept;

  // Answering.
  void accept_reply(std::uint64_t ticket, Response&& response);
  void answer(PendingReply& reply, Response&& response);
  /// The answer that says so; a failure of the server's is reported, too.
  Response problem(const Error& error, const RequestName& name, std::string_view instance = {});
  void give_up(std::uint64_t ticket, std::string cause);
  void report(const RequestName& name, int status, const Error& error) noexcept;
  /// Reports an exception that nobody has caught, and closes.
  void fail(const std::string& cause) noexcept;
  void pump();
  void write_answers();
  void send_continue();
  [[nodiscard]] bool wants_piece() const noexcept;
  void feed_stream();
  void pull_on_pool();
  void take_piece(StreamedBody::Piece piece);
  void send();
  void release(const PendingReply& reply);
  void forget_exchanges();
  void account_waiting();

  // Ending and time.
  void settle();
  void on_peer_left();
  void finish_writing();
  void update_interest();
  void update_waits();
  [[nodiscard]] Wait current_wait() const noexcept;
  void on_wait_over();
  void on_write_window_over();
  void expire_exchanges();
  [[nodiscard]] bool keeps_rate(std::uint64_t bytes,
                                std::chrono::milliseconds window) const noexcept;

  IoThread& thread_;
  const std::shared_ptr<Mailbox> mailbox_;
  const std::uint64_t id_;
  std::unique_ptr<Channel> channel_;
  Client client_;
  const std::shared_ptr<Recognition> recognition_ = std::make_shared<Recognition>();
  // Copies, because reply() may be called when the thread and its server are gone.
  const bool compress_;
  const std::size_t compress_threshold_;

  RequestFramer framer_;
  std::string unread_;  // framed only once there is room for its requests
  Early early_ = Early::none;
  std::shared_ptr<MemoryAccount> account_;  // of the request that is being read
  std::size_t body_charged_ = 0;            // of its body, there and in the address's share
  std::uint64_t requests_ = 0;              // dispatched so far
  TimePoint request_began_;
  bool reading_ = true;      // more requests may follow
  bool peer_ended_ = false;  // the client has ended its stream
  bool dispatching_ = false;
  bool abandoned_ = false;  // the request that is being dispatched

  ReplyQueue replies_;
  OutputQueue output_;
  std::shared_ptr<StreamedBody> stream_;
  bool stream_pulling_ = false;
  std::shared_ptr<MemoryAccount> stream_memory_;
  std::shared_ptr<MemoryAccount> waiting_;  // for what waits here and nobody has charged
  bool lingering_ = false;                  // our stream has ended; waits for the client's end
  bool closed_ = false;

  EventLoop::Interest interest_;
  Wait wait_ = Wait::none;
  std::uint64_t wait_request_ = 0;  // the wait is for this one
  TimePoint wait_until_ = TimePoint::max();
  std::uint64_t bytes_in_window_ = 0;
  TimePoint write_until_ = TimePoint::max();
  std::uint64_t bytes_out_window_ = 0;
  TimePoint retry_stream_at_ = TimePoint::max();  // set while its pool was full

  std::stop_source stop_;  // for the requests of this client
  bool peer_left_ = false;
  TimePoint left_for_good_at_ = TimePoint::max();

  std::atomic<bool> gone_{false};
  std::atomic<std::uint64_t> first_open_ticket_{0};
};

template <typename Step>
void Connection::guarded(Step step) {
  const auto self = shared_from_this();
  try {
    step();
  } catch (...) {  // no memory, most likely: this connection goes, the others stay
    fail(exception_text());
  }
}

}  // namespace dropzone::http
