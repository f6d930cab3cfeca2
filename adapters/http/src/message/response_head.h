#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/http/message/response.h>

namespace dropzone::http {

/// What the server, not the handler, says in the head of an answer.
struct ResponseHead {
  enum class Body : std::uint8_t { none, sized, chunked, until_close };

  Body body = Body::sized;
  std::size_t content_length = 0;  ///< Of a sized body.
  bool close = false;
  bool announce_keep_alive = false;  ///< To HTTP/1.0, for which it is not the default.
  /// For how long the connection stays open for a next request, which many clients heed; 0: nothing
  /// is said of it.
  std::size_t idle_seconds = 0;
  std::string_view date;
  std::string_view request_id;
  std::string_view strict_transport = {};  ///< Empty: no such header.
};

/// Appends the status line and headers of `response` with the empty line after them. Headers that
/// the server sets are left out of the handler's.
void append_response_head(std::string& out, const Response& response, const ResponseHead& head);

/// True for statuses whose answers never have a body: 1xx, 204, 304.
[[nodiscard]] constexpr bool is_bodiless(int status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace dropzone::http
