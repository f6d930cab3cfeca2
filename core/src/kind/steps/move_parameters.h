#pragma once

#include <dropzone/result.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// The parameters of the steps that bring a value from one field to another.
struct MoveParameters {
  FieldPath from;
  FieldPath to;
  bool ignore_missing = false;

  static Result<MoveParameters> parse(const Value& definition);
};

}  // namespace dropzone
