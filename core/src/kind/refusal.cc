#include <dropzone/kind/refusal.h>

#include <dropzone/value/json_pointer.h>

namespace dropzone {

Error missing_field(const FieldPath& field) {
  return {ErrorCode::missing_field, "The field \"" + field.name() + "\" is missing.",
          pointer_to(field)};
}

Error type_mismatch(std::string pointer, std::string_view expected, const Value& found) {
  std::string detail = "The value at " + pointer + " is " +
                       with_article(class_name(found.value_class())) + "; it must be " +
                       with_article(expected) + ".";
  return {ErrorCode::type_mismatch, std::move(detail), std::move(pointer)};
}

}  // namespace dropzone
