#include <dropzone/auth/basic_authenticator.h>

#include <string>
#include <utility>

#include <dropzone/http/message/basic_credentials.h>
#include <dropzone/http/message/ip_address.h>

#include "look_up_options.h"

namespace dropzone::auth {
namespace {

Result<http::BasicCredentials> credentials_of(const http::Request& request) {
  const auto headers = request.headers.find_all("Authorization");
  if (headers.empty() || (headers.size() == 1 && headers.front().empty())) {
    return Error{ErrorCode::unauthenticated,
                 "This needs a user and a password: send them as HTTP "
                 "Basic authentication, with curl as -u USER."};
  }
  if (headers.size() > 1) {
    return Error{ErrorCode::unauthenticated, "There are several Authorization headers; send one."};
  }
  return http::parse_basic(headers.front());
}

/// The client's name in the count of wrong passwords.
std::string network_of(const http::Request& request) {
  const auto address = http::IpAddress::parse(request.remote_address);
  return address ? address->network() : request.remote_address;
}

}  // namespace

std::optional<Result<Principal>> BasicAuthenticator::recognise(const http::Request& request) {
  auto credentials = credentials_of(request);
  if (!credentials) return std::move(credentials).error();
  const std::string network = network_of(request);
  auto grants = users_.recall({credentials->name, credentials->password, network});
  if (!grants) return std::nullopt;
  if (!*grants) return grants->error();
  return Principal{std::move(credentials->name), **std::move(grants)};
}

Result<Principal> BasicAuthenticator::authenticate(const http::Request& request) {
  auto credentials = credentials_of(request);
  if (!credentials) return std::move(credentials).error();
  const std::string network = network_of(request);
  auto grants =
      users_.verify({credentials->name, credentials->password, network}, look_up_options(request));
  if (!grants) return std::move(grants).error();
  return Principal{std::move(credentials->name), *std::move(grants)};
}

std::string BasicAuthenticator::claimed(const http::Request& request) const {
  auto credentials = credentials_of(request);
  const bool known = credentials && users_.find(credentials->name);
  return known ? std::move(credentials->name) : std::string();
}

}  // namespace dropzone::auth
