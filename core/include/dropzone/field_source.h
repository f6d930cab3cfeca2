#pragma once

#include <dropzone/field_path.h>
#include <dropzone/value.h>

namespace dropzone {

/// Where filters, orders and aggregates look up a record's values, however the record is kept: a
/// repository need not rebuild an object to compare one field of it. Not thread-safe.
class FieldSource {
 public:
  virtual ~FieldSource() = default;

  /// The value at this path, or null where there is none. Valid until the next call. Objects, and
  /// what is inside an array's arrays, may be left out: no filter, order or sum looks at them.
  [[nodiscard]] virtual const Value* find(const FieldPath& field) const = 0;
};

/// Looks up in an object, which must outlive it.
class ObjectFields final : public FieldSource {
 public:
  explicit ObjectFields(const Object& object) : object_(object) {}
  [[nodiscard]] const Value* find(const FieldPath& field) const override {
    return field.find_in(object_);
  }

 private:
  const Object& object_;
};

}  // namespace dropzone
