#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Whether a field is, or is inside, `_id`, `_original` or `_meta`: members that the server adds to
/// a record, which steps neither see nor make.
[[nodiscard]] bool is_reserved_field(const FieldPath& field) noexcept;

/// Reads a step's parameters from its definition, strictly. The first fault is kept and the reads
/// after it return something empty, so a factory reads all of them and asks for the fault once.
/// Faults are `invalid_configuration` with the parameter's pointer. The definition must outlive
/// this.
class StepParameters {
 public:
  /// `names` are all the parameters that the step has.
  StepParameters(const Value& definition, std::initializer_list<std::string_view> names);

  /// A field's name, with dots or as a JSON Pointer, that is not reserved.
  FieldPath field(std::string_view name);
  std::optional<FieldPath> optional_field(std::string_view name);
  /// A list of one or more such names, each of them once, and at most kMaxStepFields.
  std::vector<FieldPath> fields(std::string_view name);
  /// True or false; false where it is left out.
  bool flag(std::string_view name);
  /// Any value.
  Value value(std::string_view name);

  /// Records a fault that the step found itself.
  void refuse(std::string_view name, std::string detail);

  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

 private:
  const Value* find(std::string_view name) const;
  const Value* require(std::string_view name);
  FieldPath field_at(std::string pointer, const Value& value);
  void refuse_at(std::string pointer, std::string detail);

  const Object* object_ = nullptr;
  std::optional<Error> fault_;
};

}  // namespace dropzone
