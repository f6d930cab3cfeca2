#pragma once

#include <dropzone/value/value.h>

namespace dropzone {

/// Whether a number is an integer times another one, exactly: as they are spelled in decimal
/// digits, so 0.3 is a multiple of 0.1. Precondition: numbers, the second above 0.
[[nodiscard]] bool is_multiple_of(const Value& number, const Value& of);

}  // namespace dropzone
