#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <dropzone/call/watch.h>
#include <dropzone/query/filter.h>
#include <dropzone/value/field_source.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// A filter prepared for many records: it selects what matches() does, and does not slow down
/// with the length of its lists. Those of IN and NOT_IN are sorted once, and what one `or` compares
/// a field with by `=` and IN is one list. Immutable and thread-safe.
class FilterMatcher {
 public:
  /// The filter must outlive it.
  explicit FilterMatcher(const Filter& filter);

  /// Whether it selects the record. The watch counts the work; once it is over the answer means
  /// nothing.
  [[nodiscard]] bool matches(std::string_view id, const FieldSource& data, Watch& watch) const;
  [[nodiscard]] bool matches(std::string_view id, const Object& data, Watch& watch) const {
    return matches(id, ObjectFields(data), watch);
  }

 private:
  /// One comparison of a field.
  struct Test {
    const FieldPath* field = nullptr;
    /// If it is not a comparison with a list.
    const Condition* condition = nullptr;
    std::vector<const Value*> list = {};  ///< Sorted.
    bool is_in_list = true;               ///< The expected result of a comparison with a list.

    [[nodiscard]] bool holds(const Value& scalar) const;
    /// Null is for a field that is missing.
    [[nodiscard]] bool holds_for(const Value* value) const;
    [[nodiscard]] bool is_in(const Value& scalar) const;
  };
  struct Node {
    enum class Type : std::uint8_t { all_of, any_of, test };
    Type type = Type::all_of;
    std::vector<Node> nodes = {};
    Test test = {};
  };
  class Evaluation;

  static Node make(const Filter& filter);
  static Node make_any_of(const std::vector<Filter>& filters);

  Node root_;
};

}  // namespace dropzone
