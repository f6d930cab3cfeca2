#include <dropzone/kind/known_types.h>

#include <utility>

#include <dropzone/value/limits.h>

namespace dropzone {
namespace {

/// The fields inside a field. Their names begin with its name and a dot.
template <typename Types>
auto types_inside(Types& types, const std::string& field) {
  constexpr char kAfterDot = '.' + 1;
  return std::pair(types.lower_bound(field + '.'), types.lower_bound(field + kAfterDot));
}

// What does not fit is not known, which is always true.
void note(FieldTypes& types, std::string field, FieldType type) {
  if (field.size() > kMaxPathBytes) return;
  const auto known = types.find(field);
  if (known != types.end()) {
    known->second = type;
  } else if (types.size() < kMaxKnownTypes) {
    types.emplace(std::move(field), type);
  }
}

}  // namespace

void forget_known_type(FieldTypes& types, const FieldPath& field) {
  types.erase(field.dotted());
  const auto [begin, end] = types_inside(types, field.dotted());
  types.erase(begin, end);
}

void set_known_type(FieldTypes& types, const FieldPath& field, FieldType type) {
  set_known_types(types, field, {{"", type}});
}

FieldTypes known_types_of(const FieldTypes& types, const FieldPath& field) {
  const std::string& dotted = field.dotted();
  FieldTypes relative;
  if (const auto own = types.find(dotted); own != types.end()) relative.emplace("", own->second);
  const auto [begin, end] = types_inside(types, dotted);
  for (auto known = begin; known != end; ++known) {
    relative.emplace(known->first.substr(dotted.size()), known->second);
  }
  return relative;
}

void set_known_types(FieldTypes& types, const FieldPath& field, const FieldTypes& relative) {
  forget_known_type(types, field);
  const std::string& dotted = field.dotted();
  for (std::size_t dot = dotted.find('.'); dot != std::string::npos;
       dot = dotted.find('.', dot + 1)) {
    note(types, dotted.substr(0, dot), FieldType::object);
  }
  for (const auto& [name, type] : relative) {
    if (type != FieldType::any) note(types, dotted + name, type);
  }
}

}  // namespace dropzone
