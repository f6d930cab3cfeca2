#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/jose/token_header.h>
#include <dropzone/result.h>

namespace dropzone::jose {

/// Public keys of another service. Each is for one algorithm: ES256 (ECDSA on P-256 with SHA-256)
/// or RS256 (RSASSA-PKCS1-v1_5 with SHA-256). Immutable and thread-safe.
class KeySet {
 public:
  /// Reads a JSON Web Key Set (RFC 7517). Ignores keys of other sorts, those that are not
  /// for signatures, and those that are damaged or whose strength is out of the ordinary: RSA of
  /// less than 2,048 bits or more than 8,192. `invalid_json` if it is not a set, or has more
  /// than 100 keys.
  [[nodiscard]] static Result<KeySet> read(std::string_view json);

  ~KeySet();
  KeySet(KeySet&&) noexcept;
  KeySet& operator=(KeySet&&) noexcept;

  /// How many keys it has that can be used.
  [[nodiscard]] std::size_t size() const noexcept;

  /// Whether it has the key that a token with this header was signed with, as far as the header
  /// says: the key of its `kid`, or the only key if the header has none.
  [[nodiscard]] bool knows(const TokenHeader& header) const noexcept;

  /// The claims of a token that one of these keys has signed, by the algorithm of that key and no
  /// other, whatever the token says; `unauthenticated` for any other token.
  [[nodiscard]] Result<std::string> verify(std::string_view token) const;

 private:
  struct Key;
  explicit KeySet(std::vector<Key> keys);
  [[nodiscard]] bool may_have_signed(const Key& key, const TokenHeader& header) const noexcept;

  std::vector<Key> keys_;
};

}  // namespace dropzone::jose
