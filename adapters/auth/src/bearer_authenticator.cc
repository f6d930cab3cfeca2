#include <dropzone/auth/bearer_authenticator.h>

#include <algorithm>
#include <utility>

#include <dropzone/jose/token_header.h>
#include <dropzone/text/ascii.h>
#include <dropzone/value/record_id.h>

#include "look_up_options.h"

namespace dropzone::auth {
namespace {

constexpr std::size_t kLongestClaim = 100;

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

std::optional<Result<Principal>> BearerAuthenticator::recognise(const http::Request& request) {
  const auto token = bearer_of(request);
  if (!token) return token.error();
  return verified_.recall(*token);
}

Result<Principal> BearerAuthenticator::authenticate(const http::Request& request) {
  const auto token = bearer_of(request);
  if (!token) return token.error();
  const auto moment = verified_.now();
  const auto holder = holder_of(*token, look_up_options(request));
  if (!holder) return holder.error();
  verified_.remember(*token, *holder, moment);
  return holder->principal;
}

Result<TokenHolder> BearerAuthenticator::holder_of(std::string_view token,
                                                   const CallOptions& options) {
  return is_provided(token) ? provided_->check(token) : own_.check(token, options);
}

std::string BearerAuthenticator::claimed(const http::Request& request) const {
  const auto token = bearer_of(request);
  std::string subject = token ? jose::unverified_subject(*token) : std::string();
  if (!is_utf8(subject) || std::ranges::any_of(subject, is_control)) return {};
  if (!subject.empty() && is_provided(*token)) subject.insert(0, kProvidedPrefix);
  while (subject.size() > kLongestClaim || !is_utf8(subject)) subject.pop_back();
  return subject;
}

bool BearerAuthenticator::is_provided(std::string_view token) const {
  return provided_ != nullptr && jose::unverified_issuer(token) == provided_->issuer();
}

}  // namespace dropzone::auth
