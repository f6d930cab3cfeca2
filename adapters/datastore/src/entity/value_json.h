#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/value/value.h>

namespace dropzone::datastore {

// Appenders of Datastore's JSON form of values: {"integerValue":"3"}.

inline constexpr std::string_view kNotIndexed = ",\"excludeFromIndexes\":true";

/// Appends `"integerValue":"3"` or the like: what is between a scalar's braces. Of an integer from
/// 2^63 on it is the double that stands for it.
void append_scalar(std::string& out, const Value& scalar);

void append_integer(std::string& out, std::int64_t integer);
/// Finite, or infinite.
void append_double(std::string& out, double number);
void append_string(std::string& out, std::string_view string);
void append_timestamp_value(std::string& out, Timestamp timestamp);
/// Bytes that need not be UTF-8.
void append_blob(std::string& out, std::string_view bytes);

}  // namespace dropzone::datastore
