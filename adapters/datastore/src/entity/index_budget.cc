#include "entity/index_budget.h"

#include <algorithm>
#include <vector>

namespace dropzone::datastore {
namespace {

// A field's name may be noted as one of integers, large ones, timestamps, arrays and what is not
// indexed.
constexpr std::size_t kMarksOfArray = 5;
constexpr std::size_t kMarksOfScalar = 1;

struct Field {
  const Value* value;
  std::size_t entries;
};

std::size_t entries_of(const Value& value) {
  const Array* const array = value.as_array();
  if (!array) return 1 + kMarksOfScalar;
  const auto scalars = std::count_if(array->begin(), array->end(),
                                     [](const Value& element) { return element.is_scalar(); });
  return static_cast<std::size_t>(scalars) + kMarksOfArray;
}

void collect(const Object& object, std::vector<Field>& fields) {
  for (const Member& member : object.members()) {
    if (const Object* const inner = member.value.as_object()) {
      collect(*inner, fields);
    } else {
      fields.push_back({&member.value, entries_of(member.value)});
    }
  }
}

}  // namespace

IndexBudget plan_index(const Object& data) {
  std::vector<Field> fields;
  collect(data, fields);
  std::size_t total = 0;
  for (const Field& field : fields) total += field.entries;
  IndexBudget budget;
  if (total <= kMaxIndexedValues) return budget;

  std::stable_sort(fields.begin(), fields.end(),
                   [](const Field& a, const Field& b) { return a.entries > b.entries; });
  for (const Field& field : fields) {
    if (total <= kMaxIndexedValues) break;
    budget.left_out.insert(field.value);
    total -= field.entries - 1;
  }
  budget.nothing_indexed = total > kMaxIndexedValues || budget.left_out.size() > kMaxIndexedFields;
  return budget;
}

}  // namespace dropzone::datastore
