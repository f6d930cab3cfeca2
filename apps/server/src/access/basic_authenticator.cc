#include "access/basic_authenticator.h"

#include <utility>

#include <dropzone/http/basic_credentials.h>

namespace dropzone::server {
namespace {

Result<http::BasicCredentials> credentials_of(const http::Request& request) {
  const auto headers = request.headers.find_all("Authorization");
  if (headers.empty()) {
    return Error{ErrorCode::unauthenticated,
                 "This needs a user and a password: send them as HTTP "
                 "Basic authentication, with curl as -u USER."};
  }
  auto credentials = headers.size() == 1 ? http::parse_basic(headers.front()) : std::nullopt;
  if (!credentials) {
    return Error{ErrorCode::unauthenticated,
                 "The Authorization header is not one well-formed header of the Basic scheme."};
  }
  return *std::move(credentials);
}

}  // namespace

std::optional<Result<http::Principal>> BasicAuthenticator::recognise(const http::Request& request) {
  auto credentials = credentials_of(request);
  if (!credentials) return std::move(credentials).error();
  if (!verifier_.recall(credentials->name, credentials->password)) return std::nullopt;
  return http::Principal{std::move(credentials->name)};
}

Result<http::Principal> BasicAuthenticator::authenticate(const http::Request& request) {
  auto credentials = credentials_of(request);
  if (!credentials) return std::move(credentials).error();
  const auto verified = verifier_.verify(credentials->name, credentials->password);
  if (!verified) return verified.error();
  return http::Principal{std::move(credentials->name)};
}

Result<void> BasicAuthenticator::authorise(const http::Principal&, http::Access, std::string_view) {
  return {};
}

}  // namespace dropzone::server
