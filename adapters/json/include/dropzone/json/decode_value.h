#pragma once

#include <cstddef>
#include <string_view>

#include <dropzone/json/decode_limits.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone::json {

/// The value of a text written by hand, such as a kind file or a request's body.
/// Strict: in addition to what decode_records() refuses, duplicate members are `invalid_request`.
/// Other errors: `empty_body`, `invalid_json`, `too_deep` beyond `max_depth` levels of objects and
/// arrays, `too_many_values`, `number_out_of_range`, `overloaded`.
Result<Value> decode_value(std::string_view text, const DecodeLimits& limits);
Result<Value> decode_value(std::string_view text, std::size_t max_depth);

/// The value of a kind's definition: decode_value() with 100 levels.
Result<Value> decode_definition(std::string_view text);

}  // namespace dropzone::json
