#include <dropzone/http/message/basic_credentials.h>

#include <algorithm>

#include <dropzone/http/message/headers.h>
#include <dropzone/text/ascii.h>
#include <dropzone/text/base64.h>
#include <dropzone/value/record_id.h>

namespace dropzone::http {
namespace {

constexpr std::string_view kScheme = "Basic";

Error malformed() {
  return {ErrorCode::unauthenticated,
          "The Authorization header is not one well-formed header of the Basic scheme."};
}

Error not_utf8() {
  return {ErrorCode::unauthenticated,
          "The user and password in the Authorization header are not UTF-8, so they were not "
          "compared. The client sends them in another encoding, such as Latin-1: encode them as "
          "UTF-8 first (Python requests: auth=(user.encode(), password.encode()))."};
}

}  // namespace

Result<BasicCredentials> parse_basic(std::string_view authorization) {
  const auto space = std::min(authorization.find(' '), authorization.size());
  if (!equals_ignoring_case(authorization.substr(0, space), kScheme)) return malformed();
  auto encoded = authorization.substr(space);
  encoded.remove_prefix(std::min(encoded.find_first_not_of(' '), encoded.size()));

  const auto text = base64_decode(encoded, Base64::standard);
  if (!text || std::ranges::any_of(*text, is_control)) return malformed();
  if (!is_utf8(*text)) return not_utf8();
  const auto colon = text->find(':');
  if (colon == text->npos) return malformed();
  return BasicCredentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace dropzone::http
