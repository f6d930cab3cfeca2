#pragma once

#include <dropzone/http/authenticator.h>

#include "access/users.h"

namespace dropzone::server {

/// Lets in who sends the name and password of a user (HTTP Basic, RFC 7617).
class BasicAuthenticator final : public http::Authenticator {
 public:
  /// The users must outlive this object.
  explicit BasicAuthenticator(Users& users) : users_(users) {}

  std::optional<Result<http::Principal>> recognise(const http::Request& request) override;
  Result<http::Principal> authenticate(const http::Request& request) override;

 private:
  Users& users_;
};

}  // namespace dropzone::server
