#include <dropzone/known_types.h>

namespace dropzone {
namespace {

bool is_within(std::string_view name, std::string_view field) noexcept {
  return name.starts_with(field) && (name.size() == field.size() || name[field.size()] == '.');
}

}  // namespace

void forget_known_type(FieldTypes& types, const FieldPath& field) {
  std::erase_if(types, [&](const auto& known) { return is_within(known.first, field.dotted()); });
}

void set_known_type(FieldTypes& types, const FieldPath& field, FieldType type) {
  set_known_types(types, field, {{"", type}});
}

FieldTypes known_types_of(const FieldTypes& types, const FieldPath& field) {
  FieldTypes relative;
  for (const auto& [name, type] : types) {
    if (is_within(name, field.dotted())) relative.emplace(name.substr(field.dotted().size()), type);
  }
  return relative;
}

void set_known_types(FieldTypes& types, const FieldPath& field, const FieldTypes& relative) {
  forget_known_type(types, field);
  const std::string& dotted = field.dotted();
  for (std::size_t dot = dotted.find('.'); dot != std::string::npos;
       dot = dotted.find('.', dot + 1)) {
    types[dotted.substr(0, dot)] = FieldType::object;
  }
  for (const auto& [name, type] : relative) {
    if (type != FieldType::any) types[dotted + name] = type;
  }
}

}  // namespace dropzone
