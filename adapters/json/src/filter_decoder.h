#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <dropzone/query/filter.h>
#include <dropzone/value/value.h>

namespace dropzone::json {

/// The members that a filter may have.
inline constexpr std::string_view kFilterMembers[] = {"field", "operator", "value", "and", "or"};

/// Makes a filter of its JSON form. The first fault is kept: `invalid_filter` or `unknown_member`,
/// with a pointer from the start of the body.
class FilterDecoder {
 public:
  /// The filter among the members of a body, which may have others: those were checked already. One
  /// that has none of a filter's members selects all.
  Filter decode_body(const Object& body);

  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

 private:
  Filter decode(const Value& value, const std::string& pointer);
  Filter decode_node(const Object& object, const std::string& pointer);
  Condition decode_condition(const Object& object, const std::string& pointer);
  std::vector<Filter> decode_list(const Value& list, const std::string& pointer);
  FieldPath decode_field(const Value& value, std::string pointer);
  Operator decode_operator(const Value& value, std::string pointer);
  void check_operand(Operator op, const Value& operand, const std::string& pointer);
  void refuse(std::string pointer, std::string detail, ErrorCode code = ErrorCode::invalid_filter);

  std::size_t conditions_ = 0;
  std::size_t operands_ = 0;
  std::optional<Error> fault_;
};

}  // namespace dropzone::json
