#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/kind/field_type.h>
#include <dropzone/value/field_path.h>

namespace dropzone {

using FieldTypes = std::map<FieldPath, FieldType>;

/// What is known of the fields of a kind's records: their types, and for an object whose
/// members are all known (as after the step `keep`) that there are no others. What is known of a
/// field holds wherever the field is there. Of kMaxKnownFields at most: of further ones nothing is
/// known, since copies of copies would double them with each step.
class KnownFields {
 public:
  /// A record as it arrived: anything may be in it.
  KnownFields() = default;

  /// What is known of one field and of what is inside it.
  class Part;

  /// A field was set to a value of the type, so its parent is an object.
  void set(const FieldPath& field, FieldType type);
  /// The same, with what is known of the value.
  void set(const FieldPath& field, const Part& part);
  /// A field may have been set, or may be as it was.
  void may_set(const FieldPath& field);
  /// A field, if it is there, was replaced by a value of the type.
  void replace(const FieldPath& field, FieldType type);
  void remove(const FieldPath& field);
  /// All fields but these, and what is inside these, were removed.
  void keep(std::span<const FieldPath> fields);
  /// What is known if either this or the other holds.
  void join(const KnownFields& other);
  /// A field has the type wherever it is present. For use after all steps.
  void declare(const FieldPath& field, FieldType type);

  [[nodiscard]] Part part(const FieldPath& field) const;
  /// The field's type if it is known, else `any`.
  [[nodiscard]] FieldType type_of(const FieldPath& field) const;
  /// False if no record can have the field.
  [[nodiscard]] bool can_have(const FieldPath& field) const;
  /// Of the fields of which something is known.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Of the fields that are known to have this type.
  [[nodiscard]] std::vector<std::string> names_of(FieldType type) const;
  [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }

 private:
  using Parts = std::vector<std::string>;
  struct Known {
    FieldType type = FieldType::any;
    bool open = true;  ///< An object: whether it may have members of which nothing is known.
  };
  /// A field comes right before those that are inside it.
  using Fields = std::map<Parts, Known>;

  static Known known(FieldType type);
  [[nodiscard]] bool can_have(const Parts& parts) const;
  [[nodiscard]] std::pair<Fields::const_iterator, Fields::const_iterator> inside(
      const Parts& parts) const;
  void note(const Parts& parts, Known known);
  /// Notes the objects that a field is in. Whether the innermost is open.
  bool note_outer(const Parts& parts);

  Fields fields_;
  bool open_ = true;         ///< Of the record itself.
  bool overflowed_ = false;  ///< There was no room: no object's members are all known.
};

class KnownFields::Part {
 private:
  friend class KnownFields;
  Known own_;
  std::vector<std::pair<Parts, Known>> inside_;  ///< By names relative to the field.
};

}  // namespace dropzone
