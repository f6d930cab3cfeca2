#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/result.h>
#include "server/line_reader.h"

namespace dropzone::http {

/// Takes the chunked transfer coding (RFC 9112, section 7.1) off a body that arrives in pieces.
/// Extensions are checked for form and ignored; trailers are checked as headers are and dropped.
class ChunkedDecoder {
 public:
  /// `max_body` bounds the decoded body, `max_trailer` all trailer lines together.
  ChunkedDecoder(std::size_t max_body, std::size_t max_trailer)
      : max_body_(max_body), trailer_left_(max_trailer) {}

  /// Bounds the decoded body again.
  void limit_body(std::size_t most) noexcept { max_body_ = most; }

  /// Takes bytes from the front of `input` and appends what they decode to to `body`. True once the
  /// last chunk and its trailers are through; what is left of `input` is then the next message.
  [[nodiscard]] Result<bool> decode(std::string_view& input, std::string& body);

 private:
  enum class State : std::uint8_t { size_line, data, data_end, trailer };

  Result<bool> read_size_line(std::string_view& input, std::size_t body_size);
  Result<bool> read_data_end(std::string_view& input);
  Result<bool> read_trailer(std::string_view& input);

  std::size_t max_body_;
  std::size_t trailer_left_;
  std::uint64_t chunk_left_ = 0;
  State state_ = State::size_line;
  LineReader lines_;
};

}  // namespace dropzone::http
