#pragma once

#include <dropzone/kind/step.h>
#include <dropzone/value/field_path.h>

namespace dropzone {

/// What a step's infer() does to the known types. A type that is known for a field holds wherever
/// the field is there; `any` is the same as not known. No more than kMaxKnownTypes are known, nor
/// those of fields whose names no FieldPath can have: copies of copies would double them each time.

/// A field was set to a value of the type: what was known of it and of what was inside it is gone,
/// and what it is in is an object.
void set_known_type(FieldTypes& types, const FieldPath& field, FieldType type);

/// A field was removed, or nothing more is known of it and of what is inside it.
void forget_known_type(FieldTypes& types, const FieldPath& field);

/// What is known of a field and of what is inside it, by names relative to the field: "" is the
/// field itself, ".city" its member `city`.
[[nodiscard]] FieldTypes known_types_of(const FieldTypes& types, const FieldPath& field);

/// A field was set to a value of which this is known, as known_types_of() returned it.
void set_known_types(FieldTypes& types, const FieldPath& field, const FieldTypes& relative);

}  // namespace dropzone
