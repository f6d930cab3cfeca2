#pragma once

#include <cstddef>
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
  std::optional<Value> definition;  ///< Of a kind, deployed or not.
  std::vector<IncomingRecord> records;
  /// With a definition: the number of stored originals to use in place of records.
  std::optional<std::size_t> sample = std::nullopt;
  /// With a definition: compare with the result of the deployed kind of that name.
  bool against_deployed = false;
};

inline constexpr std::size_t kMaxTransformSample = 1'000;

/// Reads what decode_records() reads, or `{"definition": {...}, "records": [...]}`, which may have
/// `"sample": 100` in place of the records and `"against": "deployed"`. An object that has a member
/// `definition` is always the latter; a record with a field of that name can be sent in an array.
/// Errors are those of decode_records() and decode_value(), `unknown_member`, `body_too_large` if
/// the definition has more than kMaxInlineDefinitionBytes, and `invalid_request` if there are
/// neither `records` nor `sample`, or both, or they are not what they must be.
Result<TransformRequest> decode_transform(std::string_view body, const DecodeLimits& limits);

}  // namespace dropzone::json
