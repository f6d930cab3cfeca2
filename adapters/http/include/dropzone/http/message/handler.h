#pragma once

#include <dropzone/http/message/request.h>
#include <dropzone/http/message/response.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace dropzone::http {

/// A requested body that has arrived.
struct ReceivedBody {
  std::string text;  ///< Without transfer coding; still in its Content-Encoding.
  std::chrono::steady_clock::time_point deadline;  ///< The new Request::deadline.
};

/// Is called once, on an I/O thread, as Handler::handle() is; or destroyed, if the body does not
/// arrive: the server has answered, or the client has disconnected.
using BodyReceiver = std::function<void(ReceivedBody)>;

/// The destination of answers: a connection, or a test. Thread-safe.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  /// Takes the answer of the request with this ticket. Called at most once a ticket.
  virtual void reply(std::uint64_t ticket, Response response) = 0;
  /// Answers 500: the Responder of this ticket was destroyed unused.
  virtual void abandon(std::uint64_t ticket) = 0;
  /// Reads the body of the request with this ticket; see Responder::read_body().
  virtual void read_body(std::uint64_t ticket, std::size_t limit, BodyReceiver receive) = 0;
  /// True once the client of this ticket has disconnected or timed out.
  [[nodiscard]] virtual bool client_gone(std::uint64_t ticket) const noexcept = 0;
};

/// The right to answer one request, once. Move-only; may be handed to any thread and used there at
/// any later time, even after the client or the whole server has gone (the answer is then dropped).
/// Destroyed unused, it answers 500, so no request is ever forgotten.
class Responder {
 public:
  Responder(std::shared_ptr<ReplySink> sink, std::uint64_t ticket)
      : sink_(std::move(sink)), ticket_(ticket) {}
  /// Hands the answer to a function, for tests without sockets.
  explicit Responder(std::function<void(Response)> receive);
  Responder(Responder&& other) noexcept = default;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  /// Answers. Precondition: not yet answered, not moved from. Never blocks. If it throws, for
  /// want of memory, the answer is 500.
  void operator()(Response response);

  /// Lets the client send the body of a request that was handed over without it. `receive` may own
  /// this Responder, to answer by it. A body of more than `limit` bytes is answered with 413 in the
  /// handler's place. At most once a request, before it is answered; from any thread.
  void read_body(std::size_t limit, BodyReceiver receive);

  /// True once the client has disconnected or timed out. Cheap;
  /// poll it in long-running work.
  [[nodiscard]] bool client_gone() const noexcept;

  /// True while an answer is owed.
  explicit operator bool() const noexcept { return sink_ != nullptr; }

 private:
  void abandon() noexcept;

  std::shared_ptr<ReplySink> sink_;
  std::uint64_t ticket_ = 0;
};

/// Answers requests. One instance serves all connections.
class Handler {
 public:
  virtual ~Handler() = default;

  /// Called on an I/O thread, by several at a time. Must not block: what may take long goes to a
  /// WorkerPool together with `respond`. Pipelined requests are handed over one after the
  /// other without waiting for answers; the server puts the answers in order. An exception is
  /// answered with 500. Both are the handler's to take. They are references because
  /// to move a request costs some hundred instructions, and a chain of handlers passes it on.
  virtual void handle(Request&& request, Responder&& respond) = 0;

  /// Called on an I/O thread before it hands over requests that may have come together, and after
  /// the last of them, before it waits for others.
  virtual void begin_burst() noexcept {}
  virtual void end_burst() noexcept {}

  /// Whether it decides by the head alone. A request whose body has not come along with its
  /// head is then handed over without it (Request::body_follows), and the connection is not read
  /// further until the handler answers or asks for the body. An answer without the body costs
  /// no memory: the body is dropped if it is short, else the connection ends.
  [[nodiscard]] virtual bool takes_heads() const noexcept { return false; }

  /// Adds the server's own headers for pages of other origins to an answer that it gives in the
  /// handler's place. `origin` is the request's Origin, and nothing if the answer had to be given
  /// before that was read. Called on an I/O thread.
  virtual void open_to_pages(std::optional<std::string_view> origin, Headers& answer) const {
    static_cast<void>(origin), static_cast<void>(answer);
  }
};

}  // namespace dropzone::http
