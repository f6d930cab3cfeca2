#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone::datastore {

/// Signs JSON Web Tokens by RS256 with a private key. Thread-safe.
class JwtSigner {
 public:
  virtual ~JwtSigner() = default;
  /// The compact form of a token with these claims, a JSON object.
  [[nodiscard]] virtual Result<std::string> sign(std::string_view claims) const = 0;
};

/// Takes an RSA key in PEM. `invalid_configuration` where it is none; the error tells nothing of
/// it.
Result<std::unique_ptr<JwtSigner>> make_jwt_signer(std::string_view pem, std::string key_id);

}  // namespace dropzone::datastore
