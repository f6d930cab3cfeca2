#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone::jose {

/// A private key for RS256 (RSASSA-PKCS1-v1_5 with SHA-256), as service accounts have it. Immutable
/// and thread-safe.
class RsaKey {
 public:
  /// Takes an RSA key in PEM; tokens omit an empty id. `invalid_configuration` if it cannot
  /// be parsed: the detail is to follow the key's name, and reveals nothing of the key.
  [[nodiscard]] static Result<RsaKey> read(std::string_view pem, std::string id);

  ~RsaKey();
  RsaKey(RsaKey&&) noexcept;
  RsaKey& operator=(RsaKey&&) noexcept;

  /// A compact JWS of these claims, a JSON text, with `alg`, `kid` and this `typ` in its header.
  [[nodiscard]] Result<std::string> sign(std::string_view claims, const char* type) const;

 private:
  struct State;
  explicit RsaKey(std::unique_ptr<const State> state);
  std::unique_ptr<const State> state_;
};

}  // namespace dropzone::jose
