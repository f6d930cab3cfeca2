#include <dropzone/kind/field_edit.h>

#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {

Value* find_field(Object& object, const FieldPath& field) noexcept {
  return const_cast<Value*>(field.find_in(object));
}

Result<void> set_field(Object& object, const FieldPath& field, Value value) {
  Object* inner = &object;
  std::string pointer;
  const std::vector<std::string>& parts = field.parts();
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    append_pointer(pointer, parts[i]);
    Value* next = inner->find(parts[i]);
    if (!next) {
      inner->append(parts[i], Object());
      next = &inner->members().back().value;
    }
    inner = next->as_object();
    if (!inner) return type_mismatch(std::move(pointer), "object", *next);
  }
  inner->set(parts.back(), std::move(value));
  return {};
}

Result<void> make_scalar(Object& object, const FieldPath& field, Value scalar,
                         Allowance& allowance) {
  if (auto made = allowance.make(field, {}); !made) return made;
  return set_field(object, field, std::move(scalar));
}

std::optional<Value> take_field(Object& object, const FieldPath& field) {
  Object* inner = &object;
  const std::vector<std::string>& parts = field.parts();
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    Value* next = inner->find(parts[i]);
    inner = next ? next->as_object() : nullptr;
    if (!inner) return std::nullopt;
  }
  return inner->take(parts.back());
}

}  // namespace dropzone
