#pragma once

#include <string>
#include <string_view>

#include <dropzone/query/query.h>
#include <dropzone/result.h>

namespace dropzone {

/// Turns a position in a result into an opaque text for clients, and back. A text that was
/// changed, or that belongs to another query, is refused. Texts stay valid across restarts and
/// instances that share a key. Thread-safe.
class CursorCodec {
 public:
  virtual ~CursorCodec() = default;

  /// `query` identifies the query that the position belongs to: see query_identity(). Failures are
  /// those of where the key is kept.
  [[nodiscard]] virtual Result<std::string> seal(const Position& position,
                                                 std::string_view query) const = 0;

  /// `invalid_cursor` if the text is not seal()'s for the same query; others as of seal().
  [[nodiscard]] virtual Result<Position> open(std::string_view cursor,
                                              std::string_view query) const = 0;
};

/// A text that two queries share if and only if they select the same records in the same order.
[[nodiscard]] std::string query_identity(const Query& query);

}  // namespace dropzone
