#pragma once

#include <cstddef>
#include <string_view>

#include <dropzone/error.h>

namespace dropzone::json {

/// Where and why a text is refused as a whole.
struct SyntaxFault {
  std::size_t offset = 0;
  std::string_view reason;  ///< Such as "a value was expected".
  ErrorCode code = ErrorCode::invalid_json;
};

/// A place in a body, for people: lines and columns count from 1, columns in characters.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t offset = 0;  ///< In bytes, from 0.
};

[[nodiscard]] TextPosition text_position(std::string_view body, std::size_t offset) noexcept;

[[nodiscard]] Error make_error(const SyntaxFault& fault, const TextPosition& place);

}  // namespace dropzone::json
