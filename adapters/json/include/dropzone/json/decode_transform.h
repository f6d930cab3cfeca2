#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_limits.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/value/value.h>

namespace dropzone::json {

/// The body of `POST /transform`.
struct TransformRequest {
  std::optional<Value> definition;  ///< Of a kind that need not be deployed.
  std::vector<IncomingRecord> records;
};

/// Reads what decode_records() reads, or `{"definition": {...}, "records": [...]}`. An object that
/// has a member `definition` is always the latter; a record with a field of that name can be sent
/// in an array. Errors are those of decode_records() and decode_value(), `unknown_member`,
/// `body_too_large` where the definition has more than kMaxInlineDefinitionBytes, and
/// `invalid_request` where `records` is missing or no array.
Result<TransformRequest> decode_transform(std::string_view body, const DecodeLimits& limits);

}  // namespace dropzone::json
