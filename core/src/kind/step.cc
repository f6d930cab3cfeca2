#include <dropzone/kind/step.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

#include <dropzone/text/nearest_name.h>

#include "kind/steps/core_steps.h"

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

void Step::infer(FieldTypes& types) const { types.clear(); }

StepRegistry StepRegistry::with_core_steps() {
  StepRegistry registry;
  registry.add("copy", make_copy);
  registry.add("keep", make_keep);
  registry.add("parse_time", make_parse_time);
  registry.add("remove", make_remove);
  registry.add("rename", make_rename);
  registry.add("require", make_require);
  registry.add("set", make_set);
  registry.add("statistics", make_statistics);
  return registry;
}

void StepRegistry::add(std::string name, StepFactory factory) {
  [[maybe_unused]] const bool is_new = factories_.emplace(std::move(name), factory).second;
  assert(is_new);
}

std::vector<std::string_view> StepRegistry::names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, factory] : factories_) names.emplace_back(name);
  return names;
}

Result<std::unique_ptr<Step>> StepRegistry::make(std::string_view name,
                                                 const Value& parameters) const {
  const auto factory = factories_.find(name);
  if (factory != factories_.end()) return factory->second(parameters);
  return Error{ErrorCode::invalid_configuration,
               "There is no step \"" + std::string(name) + "\"." + did_you_mean(name, names())};
}

}  // namespace dropzone
