#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/call/memory_account.h>
#include <dropzone/result.h>

namespace dropzone::curl {

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value".
  std::string_view body;             ///< The caller keeps it alive.
  Deadline deadline = kNoDeadline;
  /// Whether it may be sent again, over a new connection, if a kept one breaks before a byte of the
  /// answer. If not, the call is `broken` then.
  bool repeatable = true;
  std::stop_token stop = {};                   ///< Ends the call as `cancelled`.
  std::shared_ptr<MemoryAccount> memory = {};  ///< The account for the answer.
};

/// Why there is no answer.
enum class HttpFault : std::uint8_t {
  none,
  not_connected,  ///< The request was not sent: no connection, or no time left for one.
  timed_out,
  broken,     ///< The connection or the answer was cut off; the request may have been carried out.
  too_large,  ///< The answer has more bytes than the limit.
  no_memory,  ///< The account has no room for the answer.
  cancelled,  ///< The request may have been carried out.
};

struct HttpResponse {
  HttpFault fault = HttpFault::none;
  std::string fault_detail = {};  ///< For operators.
  int status = 0;
  int http_version = 0;  ///< 11 for HTTP/1.1, 20 for HTTP/2.
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< Names in lower case.
  std::string body = {};
  MemoryHold hold = MemoryHold();  ///< For the body, and what is made of it.

  /// The header's value, or an empty text.
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const noexcept;
};

/// An HTTP client by libcurl, which is loaded when the first client is opened: some twenty other
/// libraries, which a program without outgoing calls does not need.
///
/// All requests of a client share one set of kept connections, and one connection if the server
/// speaks HTTP/2, until a request times out: then new connections are made. It follows no redirects
/// and repeats nothing but what HttpRequest::repeatable allows. Plain http:// never goes through a
/// proxy. Thread-safe.
///
///     auto client = curl::HttpClient::open({.ca_file = "ca.pem"});
///     const auto response = (*client)->send({.method = "GET", .url = "https://example.com/keys"});
///     if (response.fault == curl::HttpFault::none && response.status == 200) use(response.body);
class HttpClient {
 public:
  struct Options {
    std::string ca_file = {};  ///< PEM file of trusted authorities; empty: the system's.
    std::chrono::milliseconds connect_timeout{10'000};
    std::size_t max_response_bytes = 32u << 20;
    long max_connections_per_host = 64;
    /// The charge to a request's account for each byte of its answer. More than 1 covers
    /// what is made of the answer: HttpResponse::hold keeps it until the response is destroyed.
    std::size_t memory_of_byte = 1;
  };

  /// `invalid_configuration` if libcurl is not installed.
  static Result<std::unique_ptr<HttpClient>> open(Options options);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  /// Precondition: no request is in progress.
  ~HttpClient();

  /// Blocks until the answer is complete, something failed, the deadline has passed or the request
  /// is asked to stop.
  HttpResponse send(const HttpRequest& request);

 private:
  class Connections;
  explicit HttpClient(std::unique_ptr<Connections> connections);

  const std::unique_ptr<Connections> connections_;
};

}  // namespace dropzone::curl
