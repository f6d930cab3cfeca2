#pragma once

#include <optional>

#include <dropzone/kind/allowance.h>
#include <dropzone/result.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// The field's value, for changes in place, or null if it is missing.
[[nodiscard]] Value* find_field(Object& object, const FieldPath& field) noexcept;

/// Sets the field, making missing objects on the way. `type_mismatch` if something on
/// the way is not an object; the object is unchanged then. Whether the value may be there at
/// all is up to Allowance::make().
Result<void> set_field(Object& object, const FieldPath& field, Value value);

/// Sets a field to a scalar, as far as the allowance goes.
Result<void> make_scalar(Object& object, const FieldPath& field, Value scalar,
                         Allowance& allowance);

/// Removes and returns the field's value, or nothing if it is missing. The objects on the way
/// stay, even if that leaves them empty.
std::optional<Value> take_field(Object& object, const FieldPath& field);

}  // namespace dropzone
