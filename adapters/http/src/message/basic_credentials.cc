#include <dropzone/http/message/basic_credentials.h>

#include <algorithm>

#include <dropzone/http/message/headers.h>
#include <dropzone/text/ascii.h>
#include <dropzone/text/base64.h>
#include <dropzone/value/record_id.h>

namespace dropzone::http {
namespace {

constexpr std::string_view kScheme = "Basic";

}  // namespace

std::optional<BasicCredentials> parse_basic(std::string_view authorization) {
  const auto space = std::min(authorization.find(' '), authorization.size());
  if (!equals_ignoring_case(authorization.substr(0, space), kScheme)) return std::nullopt;
  auto encoded = authorization.substr(space);
  encoded.remove_prefix(std::min(encoded.find_first_not_of(' '), encoded.size()));

  const auto text = base64_decode(encoded, Base64::standard);
  if (!text || !is_utf8(*text) || std::ranges::any_of(*text, is_control)) return std::nullopt;
  const auto colon = text->find(':');
  if (colon == text->npos) return std::nullopt;
  return BasicCredentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace dropzone::http
