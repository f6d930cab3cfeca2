#pragma once

#include <cstdint>
#include <string>

#include <dropzone/auth/users.h>
#include <dropzone/http/rest/authenticator.h>

namespace dropzone::auth {

/// Admits clients by the name and password of a user (HTTP Basic, RFC 7617).
class BasicAuthenticator final : public http::Authenticator {
 public:
  /// The users must outlive this object.
  explicit BasicAuthenticator(Users& users) : users_(users) {}

  std::optional<Result<Principal>> recognise(const http::Request& request) override;
  Result<Principal> authenticate(const http::Request& request) override;
  [[nodiscard]] std::uint64_t revocations() const noexcept override { return users_.revocations(); }
  /// Empty if the user does not exist: another text could be a password in the wrong place.
  [[nodiscard]] std::string claimed(const http::Request& request) const override;

 private:
  Users& users_;
};

}  // namespace dropzone::auth
