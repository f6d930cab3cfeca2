#pragma once

#include <string>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone::curl {

/// The parts of a URL (RFC 3986), as libcurl reads it. A part that it does not have is empty.
struct Url {
  std::string scheme;
  std::string user;
  std::string password;
  std::string host;  ///< An IPv6 address in brackets.
  std::string fragment;
};

/// `invalid_request` if the text is not an absolute URL of a scheme that libcurl knows;
/// `invalid_configuration` if libcurl is not installed.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

}  // namespace dropzone::curl
