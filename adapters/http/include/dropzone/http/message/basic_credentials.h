#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dropzone::http {

/// A name and password of HTTP Basic authentication (RFC 7617).
struct BasicCredentials {
  std::string name;  ///< Without colon.
  std::string password;
};

/// Reads the value of an Authorization header. Nothing where its scheme is another, its base64 is
/// not exact, or the text in it is no UTF-8, has control characters or lacks a colon.
[[nodiscard]] std::optional<BasicCredentials> parse_basic(std::string_view authorization);

}  // namespace dropzone::http
