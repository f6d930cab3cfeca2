#pragma once

#include <string>
#include <string_view>

#include <dropzone/result.h>

namespace dropzone::http {

/// A name and password of HTTP Basic authentication (RFC 7617).
struct BasicCredentials {
  std::string name;  ///< Without colon.
  std::string password;
};

/// Reads the value of an Authorization header. `unauthenticated` if its scheme is another, its
/// base64 is not exact, or the text in it has control characters or lacks a colon; with its own
/// detail if that text is not UTF-8.
[[nodiscard]] Result<BasicCredentials> parse_basic(std::string_view authorization);

}  // namespace dropzone::http
