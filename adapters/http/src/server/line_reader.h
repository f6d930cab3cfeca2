#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dropzone::http {

/// Cuts bytes that arrive in pieces into lines that end in CRLF. Each byte is looked at once.
class LineReader {
 public:
  enum class Status { need_more, line, bare_line_feed, too_long };

  /// Takes bytes from the front of `input` up to the end of a line. On `line`, `line` is its text
  /// without CRLF, valid until the next call and as long as `input`'s bytes are. `limit` bounds the
  /// line with its CRLF.
  Status next(std::string_view& input, std::size_t limit, std::string_view& line);

 private:
  std::string partial_;
  bool delivered_ = false;  // partial_ is the line that was handed out last
};

}  // namespace dropzone::http
