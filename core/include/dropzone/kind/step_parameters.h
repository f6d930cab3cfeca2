#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Whether a field is, or is inside, `_id`, `_original` or `_meta`: members that the server adds to
/// a record, which steps can neither read nor write.
[[nodiscard]] bool is_reserved_field(const FieldPath& field) noexcept;

/// The fields that a step reads, and where it writes the result for each.
struct FieldTargets {
  struct Target {
    FieldPath from;
    FieldPath to;
  };
  /// At least one. No field that is read is inside another.
  std::vector<Target> targets;
  bool ignore_missing = false;  ///< A missing field is skipped, not refused.
};

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
  /// The parameters `field` with an optional `to`, or `fields`, and `ignore_missing`.
  FieldTargets targets();
  /// True or false; false if it is left out.
  bool flag(std::string_view name);
  std::string text(std::string_view name);
  std::optional<std::string> optional_text(std::string_view name);
  /// An integer within bounds, or the default if it is left out.
  std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most,
                       std::int64_t otherwise);
  /// Which of these words it is. Without a default (an index, too) it must be there.
  std::size_t choice(std::string_view name, std::span<const std::string_view> words,
                     std::optional<std::size_t> otherwise = std::nullopt);
  /// A list of one or more texts, at most kMaxStepFields; empty if it is left out.
  std::vector<std::string> optional_texts(std::string_view name);
  /// Any value.
  Value value(std::string_view name);
  /// The value as it is given, or null if it is left out.
  [[nodiscard]] const Value* find(std::string_view name) const;

  /// The field's name that is at a pointer from the parameters' start.
  FieldPath field_at(std::string pointer, const Value& value);

  /// Records a fault that the step found itself.
  void refuse(std::string_view name, std::string detail);
  /// The same, of something inside a parameter.
  void refuse_at(std::string pointer, std::string detail);

  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

 private:
  const Value* require(std::string_view name);
  std::string text_of(std::string_view name, const Value* given);

  const Object* object_ = nullptr;
  std::optional<Error> fault_;
};

/// A field of a list that is inside another of them, with the outer one; or nothing.
struct NestedFields {
  FieldPath outer;
  FieldPath inner;
};
[[nodiscard]] std::optional<NestedFields> find_nested(std::vector<FieldPath> fields);

}  // namespace dropzone
