#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace dropzone {

/// The least text of UTF-8 that is greater, by its bytes, than every text that begins with the
/// prefix; nothing if there is none. So the texts that begin with it are those from the prefix on
/// up to this one. Precondition: the prefix is UTF-8.
[[nodiscard]] std::optional<std::string> prefix_end(std::string_view prefix);

}  // namespace dropzone
