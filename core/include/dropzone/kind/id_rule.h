#pragma once

#include <string>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/value/digest.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// How records that arrive without an `_id` get one: from fields of their
/// transformed data, so that a record that is sent twice is stored once. Immutable.
class IdRule {
 public:
  /// `{"from": ["station", "at"]}`: a hash of these fields. `{"field": "eventId"}`: that field
  /// itself. Faults are `invalid_configuration` with a pointer from the rule's start.
  static Result<IdRule> parse(const Value& definition);

  /// The id of a record with this data. A hash is that of the JSON text of the list of the fields'
  /// values. Errors name the field: `missing_field`, `type_mismatch` if a field that is the id is
  /// neither text nor an integer, `invalid_id` if its text cannot be one.
  [[nodiscard]] Result<std::string> id_of(const Object& data, const Digest& digest) const;

  /// In the order of the definition; one if the field is the id itself.
  [[nodiscard]] const std::vector<FieldPath>& fields() const noexcept { return fields_; }
  /// As parse() takes it.
  [[nodiscard]] Value definition() const;

  friend bool operator==(const IdRule&, const IdRule&) = default;

 private:
  IdRule(std::vector<FieldPath> fields, bool hashed)
      : fields_(std::move(fields)), hashed_(hashed) {}

  std::vector<FieldPath> fields_;
  bool hashed_;
};

}  // namespace dropzone
