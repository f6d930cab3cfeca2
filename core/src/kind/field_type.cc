#include <algorithm>
#include <array>

#include <dropzone/kind/field_type.h>

namespace dropzone {
namespace {

// In the order of FieldType.
constexpr std::array<std::string_view, 8> kTypeNames = {"any",    "null",   "timestamp", "boolean",
                                                        "string", "number", "array",     "object"};

}  // namespace

std::span<const std::string_view> type_names() noexcept { return kTypeNames; }

std::string_view type_name(FieldType type) noexcept {
  return kTypeNames[static_cast<std::size_t>(type)];
}

std::optional<FieldType> find_type(std::string_view name) noexcept {
  const auto found = std::ranges::find(kTypeNames, name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<FieldType>(found - kTypeNames.begin());
}

bool is_of_type(const Value& value, FieldType type) noexcept {
  switch (type) {
    case FieldType::any: return true;
    case FieldType::null: return value.value_class() == ValueClass::null;
    case FieldType::timestamp: return value.value_class() == ValueClass::timestamp;
    case FieldType::boolean: return value.value_class() == ValueClass::boolean;
    case FieldType::string: return value.value_class() == ValueClass::string;
    case FieldType::number: return value.value_class() == ValueClass::number;
    case FieldType::array: return value.value_class() == ValueClass::array;
    case FieldType::object: return value.value_class() == ValueClass::object;
  }
  return false;
}

FieldType type_of(const Value& value) noexcept {
  switch (value.value_class()) {
    case ValueClass::null: return FieldType::null;
    case ValueClass::timestamp: return FieldType::timestamp;
    case ValueClass::boolean: return FieldType::boolean;
    case ValueClass::string: return FieldType::string;
    case ValueClass::number: return FieldType::number;
    case ValueClass::array: return FieldType::array;
    case ValueClass::object: return FieldType::object;
  }
  return FieldType::any;
}

}  // namespace dropzone
