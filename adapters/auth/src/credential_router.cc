#include <dropzone/auth/credential_router.h>

#include <dropzone/auth/api_keys.h>

namespace dropzone::auth {
namespace {

/// An empty field, which is what a form sends that nobody filled in, is none.
bool has(const http::Request& request, std::string_view field) {
  return !request.headers.find(field).value_or("").empty();
}

}  // namespace

std::optional<Result<Principal>> CredentialRouter::recognise(const http::Request& request) {
  if (has(request, kApiKeyHeader) && has(request, "Authorization")) {
    return Result<Principal>(
        Error{ErrorCode::unauthenticated, "Send an Authorization header or a key, not both."});
  }
  return of(request).recognise(request);
}

Result<Principal> CredentialRouter::authenticate(const http::Request& request) {
  return of(request).authenticate(request);
}

std::string CredentialRouter::claimed(const http::Request& request) const {
  return of(request).claimed(request);
}

http::Authenticator& CredentialRouter::of(const http::Request& request) const {
  constexpr std::string_view kBearer = "Bearer ";
  if (has(request, kApiKeyHeader)) return keys_;
  const auto authorization = request.headers.find("Authorization").value_or("");
  const auto scheme = authorization.substr(0, kBearer.size());
  return http::equals_ignoring_case(scheme, kBearer) ? tokens_ : passwords_;
}

}  // namespace dropzone::auth
