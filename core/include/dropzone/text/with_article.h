#pragma once

#include <string>
#include <string_view>

namespace dropzone {

/// The name of a type or class in a sentence: "a number", "an array", "null".
[[nodiscard]] inline std::string with_article(std::string_view type) {
  if (type == "null") return "null";
  const bool begins_with_vowel = type.find_first_of("aio") == 0;
  return (begins_with_vowel ? "an " : "a ") + std::string(type);
}

}  // namespace dropzone
