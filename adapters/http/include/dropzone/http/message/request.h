#pragma once

#include <dropzone/call/memory_account.h>
#include <dropzone/http/message/headers.h>
#include <dropzone/http/message/recognition.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace dropzone::http {

/// The methods that a route can have. Others reach handlers as `other`, with their
/// text in Request::method_text.
enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

/// The method of this exact (case-sensitive) name.
[[nodiscard]] Method method_of(std::string_view name) noexcept;

/// One name=value of a query string, both decoded: `%XX` is a byte, `+` a space. A name without
/// `=` has an empty value.
struct QueryParameter {
  std::string name;
  std::string value;

  friend bool operator==(const QueryParameter&, const QueryParameter&) = default;
};

/// The client's certificate, if TLS asked for one and verified it.
struct TlsPeer {
  std::string subject;             ///< RFC 2253 text, such as "CN=loader,O=Example".
  std::string fingerprint_sha256;  ///< 64 lower-case hex digits.
};

/// One request: whole, or its head alone if the handler takes heads. Nothing in it refers to the
/// connection, so it may be moved to any thread and kept for any time.
///
/// The server has answered what is not well formed before a handler sees it: framing, percent
/// escapes, limits. Decoded text may hold any byte, NUL and invalid UTF-8 included; the Api refuses
/// parameters of the latter.
struct Request {
  Method method = Method::get;
  std::string method_text = "GET";

  std::string target;    ///< As in the request line.
  std::string path;      ///< Decoded; for logs. Route on `segments`: here `%2F` and `/` look alike.
  std::string raw_path;  ///< Not decoded, without the query. "*" for `OPTIONS *`.
  /// The raw path cut at its slashes, each piece then decoded: "/records/a%2Fb" is {"records",
  /// "a/b"}, "/" is {}, "/a/" is {"a", ""}.
  std::vector<std::string> segments;
  std::vector<QueryParameter> query;  ///< In order; repeated names are all here.

  Headers headers;             ///< Raw values. Of a chunked body, trailers are not among them.
  std::string body;            ///< Without transfer coding; still in its Content-Encoding.
  bool body_follows = false;   ///< Its body has not arrived: Responder::read_body() asks for it.
  int http_minor_version = 1;  ///< 0 or 1, of HTTP/1.x.

  std::string remote_address;  ///< Numeric, without port.
  std::uint16_t remote_port = 0;
  std::shared_ptr<const TlsPeer> tls_peer;   ///< Null without a verified client certificate.
  std::shared_ptr<Recognition> recognition;  ///< The connection's; null if it has none.

  /// The caller's X-Request-Id if it matches [A-Za-z0-9._-]{1,128} and is not a secret, else made
  /// here. The answer
  /// carries it whatever the handler does.
  std::string request_id;
  std::chrono::steady_clock::time_point received_at;  ///< When its first byte was read.
  /// When the server answers 503 in the handler's place. Work done after it is wasted.
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();

  /// Asked to stop when the client has gone, or the server ends.
  std::stop_token stop;
  /// This request's share of the server's memory, which has its body. What
  /// a handler needs beyond that it charges itself. Null if nobody counts.
  std::shared_ptr<MemoryBudget> budget;
  std::shared_ptr<MemoryAccount> memory;

  /// The value of the first query parameter of this name.
  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const;
};

/// Makes a request as the server would from this method, target and body, for tests without
/// sockets. Empty if the server would answer 400.
[[nodiscard]] std::optional<Request> make_request(std::string_view method, std::string_view target,
                                                  std::string body = {});

}  // namespace dropzone::http
