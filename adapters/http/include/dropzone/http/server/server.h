#pragma once

#include <dropzone/call/memory_account.h>
#include <dropzone/http/message/handler.h>
#include <dropzone/http/message/ip_address.h>
#include <dropzone/http/message/request_observer.h>
#include <dropzone/result.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dropzone::http {

/// TLS 1.2 or later with this certificate. All files are PEM.
struct TlsOptions {
  std::string certificate_file;  ///< The server's certificate, then the intermediate ones.
  std::string key_file;          ///< Without a passphrase.
  /// If set, clients must have a certificate of one of these authorities.
  std::string client_ca_file;
  /// Seconds for which browsers that came by TLS use nothing else for this host, by the
  /// header Strict-Transport-Security; 0: it is not sent.
  std::size_t hsts_max_age = 31'536'000;
};

/// Listening address, limits and time-outs. Sizes are bytes. No time-out may be zero.
struct ServerOptions {
  std::string address = "127.0.0.1:0";  ///< HOST:PORT or [IPv6]:PORT; port 0 takes a free one.
  std::size_t io_threads = 2;
  std::optional<TlsOptions> tls = std::nullopt;  ///< Without it, plain HTTP.

  // Limits of a request.
  std::size_t max_head = 16 * 1024;         ///< Request line and headers; beyond: 431.
  std::size_t max_target = 8 * 1024;        ///< Beyond: 414.
  std::size_t max_body = 32 * 1024 * 1024;  ///< Without transfer coding; beyond: 413.

  // Limits of concurrency and memory.
  std::size_t max_connections = 10'000;  ///< Beyond: 503 and close.
  std::size_t max_pipelined = 8;         ///< Unanswered on a connection; more is not read.
  /// Unsent answers on a connection; while there are more, none of its requests are read. One
  /// answer alone may be larger.
  std::size_t max_buffered_answers = 1024 * 1024;
  /// Of one address (of IPv6: of its first 64 bits); beyond: 429 and close. 0: no limit.
  std::size_t max_connections_by_address = 1'000;
  /// Addresses that many clients share, such as proxies: exempt from limits by address.
  std::vector<AddressRange> shared_addresses = {};
  /// Memory of all requests together, from the first byte of a body to the last of the answer;
  /// beyond: 503. One address may have half of it in bodies that are not yet whole.
  std::size_t max_bodies_total = 512 * 1024 * 1024;
  /// The budget of that, if it is shared with others; null: the server makes its own.
  std::shared_ptr<MemoryBudget> memory = {};

  // Time-outs. Each bounds its own phase of a connection.
  std::chrono::milliseconds idle_timeout{60'000};    ///< Between requests; then it just closes.
  std::chrono::milliseconds header_timeout{10'000};  ///< First byte to the end of the head; 408.
                                                     ///< Also for a TLS handshake, which just ends.
  std::chrono::milliseconds body_timeout{30'000};    ///< Reading below min_rate; 408.
  std::chrono::milliseconds handler_timeout{60'000};  ///< Whole request to its answer; 503.
  std::chrono::milliseconds write_timeout{30'000};    ///< Sending below min_rate; then it closes.
  /// Bytes a second, as a mean over the time-out, that a client must send of a body and take of an
  /// answer.
  std::size_t min_rate = 1024;

  /// Notified of failures other than a handler's own answer. Must outlive the server. Null:
  /// nobody is.
  RequestObserver* observer = nullptr;

  bool compress = true;                   ///< gzip answers if the client accepts it.
  std::size_t compress_threshold = 1024;  ///< Smaller bodies are sent as they are.
};

/// Statistics of a server. Each figure is exact, but they are not of the same instant.
struct ServerCounters {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t connections_refused = 0;  ///< Because of the limit, or no descriptors were left.
  std::uint64_t requests_total = 0;
  std::uint64_t requests_in_flight = 0;  ///< Handed to the handler, not yet answered.
  std::uint64_t requests_malformed = 0;  ///< Refused by framing or limits.
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t timeouts_idle = 0;
  std::uint64_t timeouts_header = 0;
  std::uint64_t timeouts_body = 0;
  std::uint64_t timeouts_handler = 0;
  std::uint64_t timeouts_write = 0;
  std::uint64_t streams_aborted = 0;  ///< Streamed bodies that failed half-way.
  std::uint64_t answers_dropped = 0;  ///< Waiting answers for which there was no memory.
};

/// An HTTP/1.1 server (RFC 9110, 9112) on its own threads.
///
/// Example:
///
///     class Hello final : public http::Handler {
///       void handle(http::Request&&, http::Responder&& respond) override {
///         respond(http::make_response(200, "text/plain", "hello\n"));
///       }
///     };
///     Hello hello;
///     DROPZONE_TRY(const auto server, http::Server::start({.address = "127.0.0.1:8080"}, hello));
class Server {
 public:
  /// Binds, listens and starts to serve. `handler` must outlive the server. Fails with
  /// invalid_configuration, and a detail that names the address or file, if it cannot listen
  /// there or cannot use the TLS files.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerOptions options,
                                                             Handler& handler);

  /// stop_accepting(), then closes every connection at once, whatever is in progress, and ends the
  /// threads. Responders that still exist stay valid, but their answers are dropped.
  ~Server();

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The port that it listens on.
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Makes the port refuse connections from now on. Closes idle connections; others after the
  /// answers to the requests that have begun, which say `Connection: close`. Idempotent.
  void stop_accepting();

  /// stop_accepting(), then waits until every connection has ended or `deadline` has come. True:
  /// all answers are out.
  bool drain(std::chrono::steady_clock::time_point deadline);

  /// Reads the TLS files again, for new connections; open ones keep what they have. Fails, and
  /// keeps the old ones, if the new ones cannot be used. Nothing to do without TLS.
  Result<void> reload_tls();

  /// Thread-safe, as the others are.
  [[nodiscard]] ServerCounters counters() const noexcept;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropzone::http
