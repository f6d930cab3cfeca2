#include <dropzone/kind.h>

#include <algorithm>

#include <dropzone/json_pointer.h>
#include <dropzone/refusal.h>

namespace dropzone {
namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_name_character(char c) noexcept {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

bool is_kind_name(std::string_view name) noexcept {
  constexpr std::size_t kLongest = 100;
  return !name.empty() && name.size() <= kLongest && is_letter(name.front()) &&
         std::ranges::all_of(name, is_name_character);
}

Kind::Kind(std::string name, std::int64_t version)
    : name_(std::move(name)),
      version_(version),
      pipeline_name_(name_ + '@' + std::to_string(version)),
      pipeline_definition_(Array()) {}

FieldType Kind::type_of(std::string_view dotted_field) const noexcept {
  if (const auto declared = fields_.find(dotted_field); declared != fields_.end()) {
    return declared->second;
  }
  const auto inferred = inferred_.find(dotted_field);
  return inferred != inferred_.end() ? inferred->second : FieldType::any;
}

Result<Object> Kind::transform(Object object) const { return transform(std::move(object), {}); }

Result<Object> Kind::transform(Object object, const Pipeline::Trace& trace) const {
  auto transformed = pipeline_.apply(std::move(object), trace);
  if (!transformed) return transformed;
  for (const Declaration& declaration : declarations_) {
    const Value* value = declaration.field.find_in(*transformed);
    if (!value || is_of_type(*value, declaration.type)) continue;
    Error error = type_mismatch(pointer_to(declaration.field), type_name(declaration.type), *value);
    if (declaration.type == FieldType::timestamp) {
      error.detail += " The step parse_time makes timestamps of text.";
    }
    return error;
  }
  return transformed;
}

}  // namespace dropzone
