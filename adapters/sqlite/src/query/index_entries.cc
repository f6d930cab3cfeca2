#include "query/index_entries.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <string_view>

namespace dropzone::sqlite {
namespace {

// In SQLite's order numbers are before texts, and texts before BLOBs.
constexpr double kBeforeAllValues = -std::numeric_limits<double>::infinity();
constexpr Blob kAfterAllValues{};
constexpr std::string_view kBeforeAllIds;
constexpr Blob kAfterAllIds{};

bool is_less(const Value& left, const Value& right) { return compare_scalars(left, right) < 0; }

}  // namespace

IndexEntries entries_of(const Value* value) {
  IndexEntries entries;
  if (!value) return entries;
  if (value->is_scalar()) {
    entries.scalars.push_back(*value);
    return entries;
  }
  const Array* array = value->as_array();
  if (!array) return entries;
  entries.elements = true;
  std::ranges::copy_if(*array, std::back_inserter(entries.scalars), &Value::is_scalar);
  std::ranges::sort(entries.scalars, is_less);
  entries.scalars.erase(std::unique(entries.scalars.begin(), entries.scalars.end()),
                        entries.scalars.end());
  return entries;
}

void bind_bound(Statement& statement, int first_parameter, const Bound& bound) {
  statement.bind_one(first_parameter, std::int64_t{bound.value_class});
  bind_value_of_bound(statement, first_parameter + 1, bound);
  switch (bound.id_at) {
    case Bound::At::before_all: statement.bind_one(first_parameter + 2, kBeforeAllIds); break;
    case Bound::At::at_value:
      statement.bind_one(first_parameter + 2, std::string_view(bound.id));
      break;
    case Bound::At::after_all: statement.bind_one(first_parameter + 2, kAfterAllIds); break;
  }
}

void bind_value_of_bound(Statement& statement, int parameter, const Bound& bound) {
  switch (bound.value_at) {
    case Bound::At::before_all: statement.bind_one(parameter, kBeforeAllValues); return;
    case Bound::At::at_value: bind_value(statement, parameter, bound.value); return;
    case Bound::At::after_all: statement.bind_one(parameter, kAfterAllValues); return;
  }
}

}  // namespace dropzone::sqlite
