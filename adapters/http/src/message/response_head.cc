#include "message/response_head.h"

#include <array>
#include <charconv>

namespace dropzone::http {
namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

bool is_set_by_server(std::string_view name) noexcept {
  switch (name.size()) {
    case 4: return equals_ignoring_case(name, "Date");
    case 10:
      return equals_ignoring_case(name, "Connection") || equals_ignoring_case(name, "Keep-Alive");
    case 12: return equals_ignoring_case(name, "X-Request-Id");
    case 14: return equals_ignoring_case(name, "Content-Length");
    case 17: return equals_ignoring_case(name, "Transfer-Encoding");
    default: return false;
  }
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
    return;
  }
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(status));
  out.append(" ").append(reason_phrase(status)).append("\r\n");
}

}  // namespace

void append_response_head(std::string& out, const Response& response, const ResponseHead& head) {
  append_status_line(out, response.status);
  out.append("Date: ").append(head.date).append("\r\nX-Request-Id: ").append(head.request_id);
  out.append("\r\n");
  if (!head.strict_transport.empty()) {
    out.append("Strict-Transport-Security: ").append(head.strict_transport).append("\r\n");
  }
  const Headers& headers = response.headers;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (!is_set_by_server(headers[i].name)) out.append(headers.line(i));
  }
  if (head.body == ResponseHead::Body::sized) {
    out.append("Content-Length: ");
    append_number(out, head.content_length);
    out.append("\r\n");
  } else if (head.body == ResponseHead::Body::chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  }
  if (head.close) {
    out.append("Connection: close\r\n");
  } else if (head.idle_seconds > 0) {
    out.append("Connection: keep-alive\r\nKeep-Alive: timeout=");
    append_number(out, head.idle_seconds);
    out.append("\r\n");
  } else if (head.announce_keep_alive) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace dropzone::http
