#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <dropzone/value/value.h>

namespace dropzone::google_auth {

/// Nothing if the text is not a JSON object, or nested more deeply than any answer of Google's is.
[[nodiscard]] std::optional<Object> parse_object(std::string_view text);

/// The member's text, or an empty one if there is no such member or it is not a string.
[[nodiscard]] std::string_view text_member(const Object& object, std::string_view name);

/// Null if there is no such member, or it is not an object.
[[nodiscard]] const Object* object_member(const Object& object, std::string_view name);

/// The integer of a number or of a string of digits.
[[nodiscard]] std::optional<std::int64_t> integer_member(const Object& object,
                                                         std::string_view name);

}  // namespace dropzone::google_auth
