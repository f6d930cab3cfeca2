#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/kind/allowance.h>
#include <dropzone/value/value.h>

#include "schema.h"

namespace dropzone {

/// One reason why a value does not fit a schema.
struct SchemaFault {
  std::string pointer;  ///< From the start of the value that was validated.
  std::string detail;   ///< "must be a string, not a number".
};

/// Holds one value to a schema. Numbers are compared exactly.
class SchemaValidator {
 public:
  explicit SchemaValidator(Allowance& allowance) : allowance_(allowance) {}

  /// Whether it fits; if not, faults() has the reasons, or stopped() why it was not found out.
  bool validate(const SchemaNode& schema, const Value& value);

  /// The first kMostFaults.
  [[nodiscard]] const std::vector<SchemaFault>& faults() const noexcept { return faults_; }
  [[nodiscard]] std::size_t fault_count() const noexcept { return fault_count_; }
  [[nodiscard]] const std::optional<Error>& stopped() const noexcept { return stopped_; }

  static constexpr std::size_t kMostFaults = Refusal::kMaxFaults;

 private:
  using Ref = SchemaNode::Ref;
  struct Token {
    const std::string* name;
    std::size_t index;
  };

  bool fits(const SchemaNode& node, const Value& value);
  bool fits_node(const SchemaNode& node, const Value& value);
  /// The same without keeping the faults.
  bool fits_quietly(const SchemaNode& node, const Value& value);
  bool fits_inside(const SchemaNode& node, const Value& value, Token token);

  bool fits_type(const SchemaNode& node, const Value& value);
  bool fits_values(const SchemaNode& node, const Value& value);
  bool fits_class(const SchemaNode& node, const Value& value);
  bool fits_number(const SchemaNode& node, const Value& number);
  bool fits_string(const SchemaNode& node, const std::string& text);
  bool fits_array(const SchemaNode& node, const Array& array);
  bool fits_items(const SchemaNode& node, const Array& array);
  bool fits_object(const SchemaNode& node, const Value& value);
  bool fits_member(const SchemaNode& node, const Member& member);
  bool fits_names(const SchemaNode& node, const Object& object);
  bool fits_dependencies(const SchemaNode& node, const Value& value);
  bool fits_combinations(const SchemaNode& node, const Value& value);
  bool fits_some(const SchemaNode& node, const Value& value);

  bool matches(const Pattern& pattern, std::string_view text);
  bool has_required(const std::vector<std::string>& names, const Object& object);
  bool is_within(std::size_t count, const std::optional<std::uint64_t>& least,
                 const std::optional<std::uint64_t>& most, std::string_view what);
  bool refuse(std::string detail);
  bool work(std::size_t units);
  [[nodiscard]] bool may_go_on(bool fits_so_far) const noexcept {
    return !stopped_ && (fits_so_far || !quiet_);
  }

  Allowance& allowance_;
  std::vector<Token> path_;
  std::vector<SchemaFault> faults_;
  std::size_t fault_count_ = 0;
  std::optional<Error> stopped_;
  bool quiet_ = false;
  std::size_t depth_ = 0;
};

}  // namespace dropzone
