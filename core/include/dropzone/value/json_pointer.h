#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <dropzone/value/field_path.h>

namespace dropzone {

/// Appends one reference token to an RFC 6901 pointer: "/data" and "a/b" make "/data/a~1b".
void append_pointer(std::string& pointer, std::string_view token);

/// A pointer and one more token: a member's name, or an element's index.
[[nodiscard]] std::string pointer_to(std::string pointer, std::string_view member);
[[nodiscard]] std::string pointer_to(std::string pointer, std::size_t index);
/// The pointer to a field in a record: "/address/city".
[[nodiscard]] std::string pointer_to(const FieldPath& field);

/// The value at a pointer inside an object, or null if nothing is there. The empty pointer is the
/// object as a whole, which is not a Value: null.
[[nodiscard]] const Value* find_at(const Object& object, std::string_view pointer);

}  // namespace dropzone
