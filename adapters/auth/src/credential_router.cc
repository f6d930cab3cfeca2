#include <dropzone/auth/credential_router.h>

#include <algorithm>
#include <cstddef>

#include <dropzone/auth/api_keys.h>

namespace dropzone::auth {
namespace {

/// Forms send an empty field if nobody filled it in: it counts as missing.
bool has(const http::Request& request, std::string_view field) {
  return !request.headers.find(field).value_or("").empty();
}

std::ptrdiff_t count_credentials(const http::Request& request) {
  std::ptrdiff_t count = 0;
  for (const std::string_view field : {std::string_view("Authorization"), kApiKeyHeader}) {
    const auto values = request.headers.find_all(field);
    count += std::ranges::count_if(values, [](std::string_view value) { return !value.empty(); });
  }
  return count;
}

}  // namespace

std::optional<Result<Principal>> CredentialRouter::recognise(const http::Request& request) {
  if (count_credentials(request) > 1) {
    return Result<Principal>(
        Error{ErrorCode::ambiguous_credentials,
              "The request has more than one credential. Send one Authorization header or one "
              "X-API-Key."});
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
