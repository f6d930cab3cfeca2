#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/store/record_repository.h>

namespace dropzone::datastore {

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value".
  std::string_view body;             ///< The caller keeps it alive.
  Deadline deadline = kNoDeadline;
  std::stop_token stop = {};                   ///< Ends the call as `cancelled`.
  std::shared_ptr<MemoryAccount> memory = {};  ///< That the answer is charged to.
};

/// Why there is no answer.
enum class HttpFault : std::uint8_t {
  none,
  not_connected,  ///< The request was not sent: no connection, or no time left for one.
  timed_out,
  broken,     ///< The connection or the answer broke off; the request may have been carried out.
  too_large,  ///< The answer has more bytes than are taken.
  no_memory,  ///< The account has no room for the answer.
  cancelled,  ///< The request may have been carried out.
};

struct HttpResponse {
  HttpFault fault = HttpFault::none;
  std::string fault_detail = {};  ///< For an operator's eyes.
  int status = 0;
  int http_version = 0;  ///< 11 for HTTP/1.1, 20 for HTTP/2.
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< Names in lower case.
  std::string body = {};
  MemoryHold hold = MemoryHold();  ///< For the body, and what is made of it.

  /// The header's value, or an empty text.
  [[nodiscard]] std::string_view header(std::string_view lower_case_name) const noexcept;
};

/// Sends requests to servers. Thread-safe; each call blocks its caller until the answer is whole,
/// something failed, the deadline has passed or it is asked to stop. No redirects, no repetitions.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual HttpResponse send(const HttpRequest& request) = 0;
};

struct CurlOptions {
  std::string ca_file;  ///< PEM file of trusted authorities; empty: the system's.
  std::chrono::milliseconds connect_timeout{10'000};
  std::size_t max_response_bytes = 32u << 20;
  long max_connections_per_host = 64;
};

/// libcurl. All requests share one set of kept connections, and one connection where the server
/// speaks HTTP/2, until a request times out: then new connections are made. No request may be under
/// way when it is destroyed.
[[nodiscard]] std::unique_ptr<HttpTransport> make_curl_transport(CurlOptions options);

}  // namespace dropzone::datastore
