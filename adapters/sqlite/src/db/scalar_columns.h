#pragma once

#include <dropzone/value/value.h>

#include "db/connection.h"

namespace dropzone::sqlite {

// Columns and parameters of entries. In the file, a class is the number of its ValueClass; null is
// 0, a timestamp its microseconds, a boolean 0 or 1, a string a text, a number itself below 2^63
// and a text that has its order from there on.

/// Binds class and value to two parameters.
void bind_scalar(Statement& statement, int first_parameter, const Value& scalar);
/// Binds the value alone.
void bind_value(Statement& statement, int parameter, const Value& scalar);
/// Reads class and value from two columns.
[[nodiscard]] Value scalar_at(const Statement& statement, int first_column);

}  // namespace dropzone::sqlite
