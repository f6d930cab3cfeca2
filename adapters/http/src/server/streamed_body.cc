#include "server/streamed_body.h"

#include <array>
#include <charconv>
#include <utility>

#include <dropzone/http/message/exception_text.h>

namespace dropzone::http {
namespace {

std::string size_line(std::size_t size) {
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16).ptr;
  return std::string(digits.data(), end) + "\r\n";
}

}  // namespace

StreamedBody::Piece StreamedBody::pull() noexcept try {
  std::string data;
  auto more = source_.pull(data);
  if (!more) return {.status = Piece::Status::failed, .error = std::move(more).error()};
  Piece piece{.status = *more ? Piece::Status::more : Piece::Status::last};
  if (chunked_ && !data.empty()) {
    piece.before = size_line(data.size());
    piece.after = "\r\n";
  }
  piece.bytes = std::move(data);
  if (chunked_ && !*more) piece.after += "0\r\n\r\n";
  return piece;
} catch (...) {
  Piece piece{.status = Piece::Status::failed};
  piece.error.cause = exception_text();
  return piece;
}

}  // namespace dropzone::http
