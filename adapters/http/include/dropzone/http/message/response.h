#pragma once

#include <dropzone/call/memory_account.h>
#include <dropzone/http/message/headers.h>
#include <dropzone/result.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dropzone::http {

class WorkerPool;

/// A body that is generated while it is sent, in bounded memory. It is sent chunked (to HTTP/1.0
/// until the connection closes).
struct BodyStream {
  /// Appends the next piece (up to 256 KB is a good size) to `chunk`. True: there may be more;
  /// false: that was all. An error aborts the connection without the final chunk, so that the
  /// client notices; the error itself is only counted and logged. Called by one thread at a time,
  /// whenever the writer has room, and not again after false or an error. It is destroyed, on any
  /// thread, when the body ends or the client has gone.
  using Pull = std::function<Result<bool>(std::string& chunk)>;

  Pull pull;
  /// The executor of `pull`. Must outlive the server. Null: on the server's own I/O thread, where
  /// it must not block.
  WorkerPool* pool = nullptr;
};

/// What a handler answers. The server adds Content-Length or Transfer-Encoding, Date, Connection,
/// X-Request-Id, and Content-Encoding and Vary if it compresses; a handler sets none of these,
/// except the last two if its body is compressed already. HEAD: answer as for GET, the server
/// withholds the body. 204 and 304 never have one.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  BodyStream stream;   ///< Used instead of `body` if its `pull` is set.
  bool close = false;  ///< Close the connection after this answer.
  /// The memory that the body or stream holds until it is sent. Null: nothing was
  /// charged; then the server charges what has to wait for its client.
  std::shared_ptr<MemoryAccount> memory = {};
};

/// A response with a body of this content type.
[[nodiscard]] Response make_response(int status, std::string_view content_type, std::string body);

/// The reason phrase of a status, such as "Not Found"; "Unknown" if there is none.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace dropzone::http
