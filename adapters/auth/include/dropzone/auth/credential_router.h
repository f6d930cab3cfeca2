#pragma once

#include <string>

#include <dropzone/http/rest/authenticator.h>

namespace dropzone::auth {

/// Finds out what sort of credentials a request has, and passes them to their authenticator.
/// Two sorts in one request are `ambiguous_credentials`: choosing one would be a guess.
class CredentialRouter final : public http::Authenticator {
 public:
  /// Each must outlive this object.
  CredentialRouter(http::Authenticator& passwords, http::Authenticator& keys,
                   http::Authenticator& tokens)
      : passwords_(passwords), keys_(keys), tokens_(tokens) {}

  std::optional<Result<Principal>> recognise(const http::Request& request) override;
  Result<Principal> authenticate(const http::Request& request) override;
  [[nodiscard]] std::string claimed(const http::Request& request) const override;

 private:
  [[nodiscard]] http::Authenticator& of(const http::Request& request) const;

  http::Authenticator& passwords_;
  http::Authenticator& keys_;
  http::Authenticator& tokens_;
};

}  // namespace dropzone::auth
