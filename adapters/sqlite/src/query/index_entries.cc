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

void bind_cut(Cursor& cursor, int first_parameter, const Cut& cut) {
  cursor.bind_one(first_parameter, std::int64_t{cut.value_class});
  bind_value_of_cut(cursor, first_parameter + 1, cut);
  switch (cut.id_at) {
    case Cut::At::before_all: cursor.bind_one(first_parameter + 2, kBeforeAllIds); break;
    case Cut::At::at_value: cursor.bind_one(first_parameter + 2, std::string_view(cut.id)); break;
    case Cut::At::after_all: cursor.bind_one(first_parameter + 2, kAfterAllIds); break;
  }
}

void bind_value_of_cut(Cursor& cursor, int parameter, const Cut& cut) {
  switch (cut.value_at) {
    case Cut::At::before_all: cursor.bind_one(parameter, kBeforeAllValues); return;
    case Cut::At::at_value: bind_value(cursor, parameter, cut.value); return;
    case Cut::At::after_all: cursor.bind_one(parameter, kAfterAllValues); return;
  }
}

}  // namespace dropzone::sqlite
