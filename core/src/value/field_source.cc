#include <dropzone/value/field_source.h>

namespace dropzone {

const Value* ObjectFields::find(const FieldPath& field) const {
  const Object* inner = &object_;
  const Value* found = nullptr;
  for (const std::string& part : field.parts()) {
    found = inner ? member_of(*inner, part) : nullptr;
    if (!found) return nullptr;
    inner = found->as_object();
  }
  return found;
}

// Each look compares names up to the member's; after some of them the names are put in a table.
const Value* ObjectFields::member_of(const Object& object, const std::string& name) const {
  constexpr std::size_t kFewLooks = 16;
  constexpr std::size_t kFewMembers = 32;
  if (++looks_ <= kFewLooks || object.size() <= kFewMembers) return object.find(name);
  const auto [known, is_new] = known_.try_emplace(&object);
  if (is_new) {
    for (const Member& member : object.members()) {
      known->second.try_emplace(member.name, &member.value);
    }
  }
  const auto found = known->second.find(name);
  return found != known->second.end() ? found->second : nullptr;
}

const Value* DatedFields::find(const FieldPath& field) const {
  switch (field.reserved()) {
    case FieldPath::Reserved::created_at: return &created_at_;
    case FieldPath::Reserved::updated_at: return &updated_at_;
    default: return data_.find(field);
  }
}

}  // namespace dropzone
