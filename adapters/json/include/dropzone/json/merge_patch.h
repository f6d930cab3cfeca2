#pragma once

#include <string>
#include <string_view>

#include <dropzone/json/decode_limits.h>
#include <dropzone/result.h>

namespace dropzone::json {

/// Applies a JSON Merge Patch (RFC 7396) to a record's text. Members that the patch does not name
/// keep their bytes, their order and the white space around them; what the patch sets has the
/// patch's bytes; new members come last. If a name occurs twice in the original, the last one
/// is meant, as it is in transformed data; removing the name removes all.
///
/// Errors are those of the patch: `invalid_request` if it is not an object, `empty_body`,
/// `invalid_json`, `too_deep`; and `overloaded` if the account has no room for what merging
/// needs, which is given back before it returns. Precondition: `original` is a JSON object's text.
Result<std::string> merge_patch(std::string_view original, std::string_view patch,
                                const DecodeLimits& limits);

}  // namespace dropzone::json
