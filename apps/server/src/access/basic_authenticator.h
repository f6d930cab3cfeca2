#pragma once

#include <dropzone/crypto/credential_verifier.h>
#include <dropzone/http/authenticator.h>

namespace dropzone::server {

/// Lets in who sends a name and password that are known (HTTP Basic, RFC 7617), to everything.
class BasicAuthenticator final : public http::Authenticator {
 public:
  /// The verifier must outlive this object.
  explicit BasicAuthenticator(crypto::CredentialVerifier& verifier) : verifier_(verifier) {}

  std::optional<Result<http::Principal>> recognise(const http::Request& request) override;
  Result<http::Principal> authenticate(const http::Request& request) override;
  Result<void> authorise(const http::Principal& principal, http::Access access,
                         std::string_view kind) override;

 private:
  crypto::CredentialVerifier& verifier_;
};

}  // namespace dropzone::server
