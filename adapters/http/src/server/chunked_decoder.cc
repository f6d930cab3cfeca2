#include "server/chunked_decoder.h"

#include <algorithm>

#include <dropzone/text/ascii.h>

#include "message/text_room.h"
#include "server/request_head.h"

namespace dropzone::http {
namespace {

// A chunk's size line with its extensions. Nobody needs longer ones.
constexpr std::size_t kMaxSizeLine = 1024;

Error malformed(std::string detail) {
  return {ErrorCode::invalid_request, std::move(detail), {}, {}};
}

// What follows a chunk's size: nothing, or blanks, a semicolon and printable text.
bool is_extension(std::string_view text) noexcept {
  if (text.empty()) return true;
  const auto start = text.find_first_not_of(" \t");
  return start != std::string_view::npos && text[start] == ';' &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
         });
}

}  // namespace

Result<bool> ChunkedDecoder::decode(std::string_view& input, std::string& body) {
  while (!input.empty()) {
    if (state_ == State::data) {
      const auto taken =
          static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, input.size()));
      make_room(body, taken, max_body_);
      body.append(input.substr(0, taken));
      input.remove_prefix(taken);
      chunk_left_ -= taken;
      if (chunk_left_ == 0) state_ = State::data_end;
      continue;
    }
    auto done = state_ == State::size_line  ? read_size_line(input, body.size())
                : state_ == State::data_end ? read_data_end(input)
                                            : read_trailer(input);
    if (!done || *done) return done;
  }
  return false;
}

Result<bool> ChunkedDecoder::read_size_line(std::string_view& input, std::size_t body_size) {
  std::string_view line;
  switch (lines_.next(input, kMaxSizeLine, line)) {
    case LineReader::Status::need_more: return false;
    case LineReader::Status::line: break;
    case LineReader::Status::bare_line_feed:
      return malformed("A chunk's size ends in a bare line feed.");
    case LineReader::Status::too_long: return malformed("A chunk's size line is too long.");
  }
  std::size_t digits = 0;
  std::uint64_t size = 0;
  for (; digits < line.size() && hex_digit(line[digits]) >= 0; ++digits) {
    if (size >> 60 != 0) return malformed("A chunk's size is too large.");
    size = size * 16 + static_cast<std::uint64_t>(hex_digit(line[digits]));
  }
  if (digits == 0 || !is_extension(line.substr(digits))) {
    return malformed("A chunk's size is not a hexadecimal number.");
  }
  if (body_size > max_body_ || size > max_body_ - body_size) {
    return Error{ErrorCode::body_too_large,
                 "The body is larger than " + std::to_string(max_body_) + " bytes.",
                 {},
                 {}};
  }
  chunk_left_ = size;
  state_ = size == 0 ? State::trailer : State::data;
  return false;
}

Result<bool> ChunkedDecoder::read_data_end(std::string_view& input) {
  std::string_view line;
  const auto status = lines_.next(input, 2, line);
  if (status == LineReader::Status::need_more) return false;
  if (status != LineReader::Status::line || !line.empty()) {
    return malformed("A chunk is longer than its size.");
  }
  state_ = State::size_line;
  return false;
}

Result<bool> ChunkedDecoder::read_trailer(std::string_view& input) {
  std::string_view line;
  switch (lines_.next(input, trailer_left_, line)) {
    case LineReader::Status::need_more: return false;
    case LineReader::Status::line: break;
    case LineReader::Status::bare_line_feed:
      return malformed("A trailer ends in a bare line feed.");
    case LineReader::Status::too_long:
      return Error{ErrorCode::header_too_large, "The trailers are too large.", {}, {}};
  }
  if (line.empty()) return true;
  trailer_left_ -= line.size() + 2;
  Headers dropped;
  if (auto valid = parse_field_line(line, dropped); !valid) return valid.error();
  return false;
}

}  // namespace dropzone::http
