#pragma once

#include <memory>
#include <string_view>

#include <dropzone/store/record.h>

namespace dropzone::crypto {

/// HMAC-SHA-256 (RFC 2104) under one key. The key's own two blocks are hashed once, at
/// construction. Thread-safe.
class KeyedHash {
 public:
  /// The key may have any length; 32 random bytes are right.
  explicit KeyedHash(std::string_view key);
  ~KeyedHash();
  KeyedHash(KeyedHash&&) noexcept;
  KeyedHash& operator=(KeyedHash&&) noexcept;

  [[nodiscard]] Sha256 operator()(std::string_view message) const;

 private:
  struct State;
  std::unique_ptr<const State> state_;
};

/// Compares in constant time, wherever the texts differ; their lengths are not secret.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// The bytes of a hash as text, for concatenation and comparison.
[[nodiscard]] inline std::string_view bytes_of(const Sha256& hash) noexcept {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace dropzone::crypto
