#pragma once

#include <string>
#include <string_view>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/query/cursor_codec.h>

namespace dropzone::crypto {

/// Makes cursors that a client cannot change, by HMAC-SHA-256 under a shared key. A cursor is
/// not encrypted: it holds sort values and the id of a record that the client has just been shown.
/// It is made of the characters A-Z a-z 0-9 - _. Thread-safe.
class CursorSealer final : public CursorCodec {
 public:
  /// The key: 32 random bytes, the same on all instances over the same data.
  explicit CursorSealer(std::string_view key);

  /// Never fails.
  [[nodiscard]] Result<std::string> seal(const Position& position,
                                         std::string_view query) const override;

  /// The details of `invalid_cursor` tell a changed cursor from one of another query.
  [[nodiscard]] Result<Position> open(std::string_view cursor,
                                      std::string_view query) const override;

 private:
  KeyedHash hash_;
};

}  // namespace dropzone::crypto
