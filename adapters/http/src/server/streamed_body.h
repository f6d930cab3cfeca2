#pragma once

#include <cstdint>
#include <string>

#include <dropzone/http/message/response.h>
#include "server/reply_queue.h"

namespace dropzone::http {

/// A streamed body on its way out: cut into chunks if it is sent chunked. Used by one thread at
/// a time.
class StreamedBody {
 public:
  struct Piece {
    enum class Status : std::uint8_t { more, last, failed };
    Status status = Status::more;
    // As they go on the wire, one after the other.
    std::string before = {};
    std::string bytes = {};
    std::string after = {};
    Error error = {};  ///< Why it failed, if it did.
  };

  StreamedBody(BodyStream source, bool chunked, RequestName name)
      : source_(std::move(source)), chunked_(chunked), name_(std::move(name)) {}

  /// The pool to call pull() on; null if any thread will do.
  [[nodiscard]] WorkerPool* pool() const noexcept { return source_.pool; }

  /// Whose answer it is.
  [[nodiscard]] const RequestName& name() const noexcept { return name_; }

  /// The next piece, which may be empty.
  [[nodiscard]] Piece pull() noexcept;

 private:
  BodyStream source_;
  bool chunked_;
  RequestName name_;
};

}  // namespace dropzone::http
