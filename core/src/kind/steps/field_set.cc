#include "kind/steps/field_set.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <dropzone/kind/field_edit.h>

namespace dropzone {

FieldSet::FieldSet(std::vector<FieldPath> fields)
    : fields_(std::move(fields)), by_part_(fields_.size()) {
  std::iota(by_part_.begin(), by_part_.end(), std::size_t{0});
  std::ranges::sort(
      by_part_, {}, [this](std::size_t i) -> const auto& { return fields_[i].parts(); });
}

// For few, looking for one after the other is the quickest.
bool FieldSet::is_small() const noexcept {
  constexpr std::size_t kFew = 8;
  return fields_.size() <= kFew;
}

FieldSet::Range FieldSet::narrowed(Range range, std::size_t level, const std::string& part) const {
  const auto begin = by_part_.begin() + static_cast<std::ptrdiff_t>(range.begin);
  const auto end = by_part_.begin() + static_cast<std::ptrdiff_t>(range.end);
  const auto part_of = [&](std::size_t i) -> const std::string& {
    return fields_[i].parts()[level];
  };
  const auto first = std::ranges::lower_bound(begin, end, part, {}, part_of);
  const auto last = std::ranges::upper_bound(first, end, part, {}, part_of);
  return {static_cast<std::size_t>(first - by_part_.begin()),
          static_cast<std::size_t>(last - by_part_.begin())};
}

// Recurses as deep as the fields have parts.
void FieldSet::find(Object& object, Range range, std::size_t level,
                    std::vector<Value*>& found) const {
  for (Member& member : object.members()) {
    Range inside = narrowed(range, level, member.name);
    if (inside.begin == inside.end) continue;
    if (ends_at(inside, level)) found[by_part_[inside.begin++]] = &member.value;
    Object* const inner = member.value.as_object();
    if (inner && inside.begin != inside.end) find(*inner, inside, level + 1, found);
  }
}

std::vector<Value*> FieldSet::find_in(Object& object) const {
  std::vector<Value*> found(fields_.size());
  if (is_small()) {
    std::ranges::transform(fields_, found.begin(),
                           [&](const FieldPath& field) { return find_field(object, field); });
  } else {
    find(object, {0, by_part_.size()}, 0, found);
  }
  return found;
}

std::vector<const Value*> FieldSet::find_in(const Object& object) const {
  const std::vector<Value*> found = find_in(const_cast<Object&>(object));
  return {found.begin(), found.end()};
}

// Recurses as deep as the fields have parts.
void FieldSet::remove(Object& object, Range range, std::size_t level) const {
  std::erase_if(object.members(), [&](Member& member) {
    const Range inside = narrowed(range, level, member.name);
    if (inside.begin == inside.end) return false;
    if (ends_at(inside, level)) return true;
    if (Object* const inner = member.value.as_object()) remove(*inner, inside, level + 1);
    return false;
  });
}

void FieldSet::remove_from(Object& object) const {
  if (is_small()) {
    for (const FieldPath& field : fields_) take_field(object, field);
  } else {
    remove(object, {0, by_part_.size()}, 0);
  }
}

}  // namespace dropzone
