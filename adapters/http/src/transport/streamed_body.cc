#include "streamed_body.h"

#include <array>
#include <charconv>
#include <utility>

#include <dropzone/http/exception_text.h>

namespace dropzone::http {
namespace {

void append_chunk(std::string& out, std::string_view data) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), data.size(), 16).ptr;
  out.reserve(data.size() + 32);
  out.append(digits.data(), end).append("\r\n").append(data).append("\r\n");
}

}  // namespace

StreamedBody::Piece StreamedBody::pull() noexcept try {
  std::string data;
  auto more = source_.pull(data);
  if (!more) return {.status = Piece::Status::failed, .error = std::move(more).error()};
  Piece piece{.status = *more ? Piece::Status::more : Piece::Status::last};
  if (!chunked_) {
    piece.bytes = std::move(data);
    return piece;
  }
  if (!data.empty()) append_chunk(piece.bytes, data);
  if (!*more) piece.bytes.append("0\r\n\r\n");
  return piece;
} catch (...) {
  Piece piece{.status = Piece::Status::failed};
  piece.error.cause = exception_text();
  return piece;
}

}  // namespace dropzone::http
