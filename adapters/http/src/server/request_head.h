#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <dropzone/http/message/request.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// How the body of a request is delimited, and what else its head decides for the connection.
struct Framing {
  bool chunked = false;
  std::uint64_t content_length = 0;  ///< Of a body that is not chunked.
  bool keep_alive = true;
  bool expects_continue = false;
};

/// The parts of a request head as RFC 9112 has them, strictly: what two recipients could read in
/// two ways is refused. The error's code says which status the refusal has.
[[nodiscard]] Result<void> parse_request_line(std::string_view line, Request& request);
[[nodiscard]] Result<void> parse_field_line(std::string_view line, Headers& headers);
[[nodiscard]] Result<Framing> decide_framing(const Request& request);

/// True for RFC 9110 tokens: names of methods and fields.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

}  // namespace dropzone::http
