#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/query/filter.h>
#include <dropzone/value/value.h>

namespace dropzone {

// What a filter may hold in all: enough for programs that write filters, and cheap to evaluate.
inline constexpr std::size_t kMaxFilterDepth = 20;  ///< Levels of `and` and `or`.
inline constexpr std::size_t kMaxFilterConditions = 500;
inline constexpr std::size_t kMaxFilterOperands = 10'000;  ///< Elements of IN and NOT_IN lists.

/// Makes a filter of its JSON form: `{"field", "operator", "value"}`, or `{"and": [...]}` or
/// `{"or": [...]}` of such. The first fault is kept: `invalid_filter` or `unknown_member`, with its
/// pointer.
class FilterParser {
 public:
  /// Of a value that is nothing but a filter; `{}` selects all. Pointers begin at the filter.
  Filter parse(const Value& value);
  /// The filter among the members of a request's body, which may have others: those were checked
  /// already. One that has none of a filter's members selects all.
  Filter parse_body(const Object& body);

  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

 private:
  Filter parse_nested(const Value& value, const std::string& pointer);
  bool check_members(const Object& object, const std::string& pointer);
  Filter parse_node(const Object& object, const std::string& pointer);
  Condition parse_condition(const Object& object, const std::string& pointer);
  std::vector<Filter> parse_list(const Value& list, const std::string& pointer);
  FieldPath parse_field(const Value& value, std::string pointer);
  Operator parse_operator(const Value& value, std::string pointer);
  void check_operand(Operator op, const Value& operand, const std::string& pointer);
  void check_list(const Array& list, const std::string& pointer);
  void refuse(std::string pointer, std::string detail, ErrorCode code = ErrorCode::invalid_filter);

  std::size_t depth_ = 0;
  std::size_t conditions_ = 0;
  std::size_t operands_ = 0;
  std::optional<Error> fault_;
};

}  // namespace dropzone
