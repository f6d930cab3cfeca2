#pragma once

#include <string>
#include <string_view>

#include <dropzone/error.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// The refusals that many steps share, in one wording.

/// `missing_field`, with the field's pointer.
[[nodiscard]] Error missing_field(const FieldPath& field);

/// `type_mismatch`: what is at the pointer is not of the expected type, the name of one or of a
/// class of values.
[[nodiscard]] Error type_mismatch(std::string pointer, std::string_view expected,
                                  const Value& found);

/// The name of a type or class in a sentence: "a number", "an array", "null".
[[nodiscard]] std::string with_article(std::string_view type);

}  // namespace dropzone
