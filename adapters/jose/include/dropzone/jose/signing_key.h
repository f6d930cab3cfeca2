#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone::jose {

/// A key for ES256 (ECDSA on P-256 with SHA-256). Immutable and thread-safe.
class SigningKey {
 public:
  /// A new one of this id.
  [[nodiscard]] static Result<SigningKey> generate(const std::string& id);

  /// Reads a private JWK, as private_text() wrote it.
  [[nodiscard]] static Result<SigningKey> read(std::string_view jwk);

  ~SigningKey();
  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;

  [[nodiscard]] const std::string& id() const noexcept;

  /// The JWK with its private part: for the store alone.
  [[nodiscard]] std::string private_text() const;
  /// The JWK without it, as JSON Web Key Sets show it.
  [[nodiscard]] std::string public_text() const;

  /// A compact JWS of these claims, a JSON text, with `alg`, `kid` and this `typ` in its header.
  [[nodiscard]] Result<std::string> sign(std::string_view claims, const char* type) const;

  /// The claims of a token that this key has signed, by ES256 and nothing else; `unauthenticated`
  /// for any other.
  [[nodiscard]] Result<std::string> verify(std::string_view token) const;

 private:
  struct State;
  explicit SigningKey(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace dropzone::jose
