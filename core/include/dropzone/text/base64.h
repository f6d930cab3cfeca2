#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dropzone {

/// The two forms of RFC 4648.
enum class Base64 : std::uint8_t {
  standard,  ///< `+` and `/`, padded with `=` to a multiple of four characters.
  url,       ///< `-` and `_`, not padded: safe in URLs, file names and header values.
};

[[nodiscard]] std::string base64_encode(std::string_view bytes, Base64 form);

/// The bytes of a text, or nothing if it is not exactly what base64_encode() makes of some
/// bytes: other characters, white space, missing or surplus padding and unused bits that are not
/// zero are all refused, so no two texts stand for the same bytes.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text, Base64 form);

}  // namespace dropzone
