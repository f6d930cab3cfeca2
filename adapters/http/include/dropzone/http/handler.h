#pragma once

#include <dropzone/http/request.h>
#include <dropzone/http/response.h>

#include <cstdint>
#include <functional>
#include <memory>

namespace dropzone::http {

/// Where answers go: a connection, or a test. Thread-safe.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  /// Takes the answer of the request with this ticket. Called at most once a ticket.
  virtual void reply(std::uint64_t ticket, Response response) = 0;
  /// Answers 500: the Responder of this ticket was destroyed unused.
  virtual void abandon(std::uint64_t ticket) = 0;
  /// True once an answer to this ticket would reach nobody.
  [[nodiscard]] virtual bool client_gone(std::uint64_t ticket) const noexcept = 0;
};

/// The right to answer one request, once. Move-only; may be handed to any thread and used there at
/// any later time, also after the client or the whole server has gone (the answer is then dropped).
/// One that is destroyed unused answers 500, so no request is ever forgotten.
class Responder {
 public:
  Responder(std::shared_ptr<ReplySink> sink, std::uint64_t ticket)
      : sink_(std::move(sink)), ticket_(ticket) {}
  /// Hands the answer to a function, for tests without sockets.
  explicit Responder(std::function<void(Response)> receive);
  Responder(Responder&& other) noexcept = default;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  /// Answers. Precondition: not yet answered, not moved from. Never blocks.
  void operator()(Response response);

  /// True where nobody waits for the answer any more: the client closed, or its time is up. Costs
  /// little; long work should look now and then.
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
  /// WorkerPool together with `respond`. Requests that were pipelined are handed over one after the
  /// other without waiting for answers; the server puts the answers in order. What it throws is
  /// answered with 500.
  virtual void handle(Request request, Responder respond) = 0;
};

}  // namespace dropzone::http
