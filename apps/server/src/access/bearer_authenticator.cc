#include "access/bearer_authenticator.h"

#include <utility>

#include <dropzone/jose/token_header.h>

namespace dropzone::server {
namespace {

Result<std::string_view> bearer_of(const http::Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto headers = request.headers.find_all("Authorization");
  if (headers.size() != 1 || headers.front().size() <= kScheme.size() ||
      !http::equals_ignoring_case(headers.front().substr(0, kScheme.size()), kScheme)) {
    return Error{ErrorCode::unauthenticated,
                 "The Authorization header is not one well-formed header of the Bearer scheme."};
  }
  return headers.front().substr(kScheme.size());
}

}  // namespace

std::optional<Result<http::Principal>> BearerAuthenticator::recognise(
    const http::Request& request) {
  const auto token = bearer_of(request);
  if (!token) return token.error();
  return verified_.recall(*token);
}

Result<http::Principal> BearerAuthenticator::authenticate(const http::Request& request) {
  const auto token = bearer_of(request);
  if (!token) return token.error();
  const auto moment = verified_.now();
  const auto holder = holder_of(*token);
  if (!holder) return holder.error();
  verified_.remember(*token, *holder, moment);
  return holder->principal;
}

Result<TokenHolder> BearerAuthenticator::holder_of(std::string_view token) {
  const bool is_provided =
      provided_ != nullptr && jose::unverified_issuer(token) == provided_->issuer();
  return is_provided ? provided_->check(token) : own_.check(token);
}

}  // namespace dropzone::server
