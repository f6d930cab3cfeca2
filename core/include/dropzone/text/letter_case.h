#pragma once

#include <string>
#include <string_view>

namespace dropzone {

/// A UTF-8 text with each letter in lower or upper case, by Unicode's simple case mapping: one
/// character for one, whatever the language ("É" is "é", "ß" stays). Bytes that are not UTF-8 stay
/// as they are.
[[nodiscard]] std::string lowercase(std::string_view text);
[[nodiscard]] std::string uppercase(std::string_view text);

}  // namespace dropzone
