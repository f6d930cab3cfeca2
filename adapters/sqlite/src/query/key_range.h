#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include <dropzone/query/filter.h>
#include <dropzone/query/range_set.h>
#include <dropzone/value/value.h>

namespace dropzone::sqlite {

/// A place between the entries of an index, which are ordered by class, value and record id.
struct Bound {
  enum class At : std::int8_t { before_all, at_value, after_all };

  int value_class = 0;
  At value_at = At::before_all;  ///< Before all values of the class, at one of them, or after all.
  Value value;                   ///< If `at_value`.
  At id_at = At::before_all;  ///< Among the entries of the value: before all, at an id, after all.
  std::string id;             ///< If `at_value`: the bound is before this id.

  static Bound before_everything();
  static Bound after_everything();
  static Bound before_class(ValueClass value_class);
  static Bound after_class(ValueClass value_class);
  static Bound before(const Value& value);
  static Bound after(const Value& value);
  /// Before and after the entry of a value and a record.
  static Bound before(const Value& value, std::string id);
  static Bound after(const Value& value, std::string id);

  friend std::strong_ordering operator<=>(const Bound& left, const Bound& right);
  friend bool operator==(const Bound& left, const Bound& right) { return (left <=> right) == 0; }
};

/// The entries between two bounds.
using KeyRange = Range<Bound>;
using KeyRanges = RangeSet<Bound>;

/// The range of scalars that fulfil a condition's operator and operand. No others are in there.
[[nodiscard]] KeyRanges ranges_of(const Condition& condition);

}  // namespace dropzone::sqlite
