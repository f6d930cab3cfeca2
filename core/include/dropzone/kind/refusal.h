#pragma once

#include <string>
#include <string_view>

#include <dropzone/error.h>
#include <dropzone/text/with_article.h>
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

}  // namespace dropzone
