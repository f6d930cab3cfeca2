#include "kind/steps/scalar_text.h"

#include <dropzone/value/json_text.h>

namespace dropzone {

std::optional<std::string> scalar_text(const Value& value) {
  if (const std::string* text = value.as_string()) return *text;
  if (const Timestamp* timestamp = value.as_timestamp()) return format_timestamp(*timestamp);
  if (!value.is_scalar() || value.value_class() == ValueClass::null) return std::nullopt;
  return to_json(value);
}

}  // namespace dropzone
