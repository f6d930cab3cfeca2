#pragma once

#include <cstdint>
#include <string>

#include <dropzone/http/response.h>

namespace dropzone::http {

/// A streamed body on its way out: cut into chunks where it is sent chunked. Used by one thread at
/// a time.
class StreamedBody {
 public:
  struct Piece {
    enum class Status : std::uint8_t { more, last, failed };
    Status status = Status::more;
    std::string bytes;  ///< As they go on the wire.
  };

  StreamedBody(BodyStream source, bool chunked) : source_(std::move(source)), chunked_(chunked) {}

  /// The pool to call pull() on; null where any thread will do.
  [[nodiscard]] WorkerPool* pool() const noexcept { return source_.pool; }

  /// The next piece, which may be empty.
  [[nodiscard]] Piece pull() noexcept;

 private:
  BodyStream source_;
  bool chunked_;
};

}  // namespace dropzone::http
