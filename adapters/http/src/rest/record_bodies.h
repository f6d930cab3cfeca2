#pragma once

#include <string_view>

#include <dropzone/http/message/request.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/json/decode_limits.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone::http {

/// What is decoded is charged to the call's memory account.
[[nodiscard]] json::DecodeLimits limits_of(const ApiOptions& options, const CallOptions& call);

/// Passes on the records of a body, which is `records` or `ndjson`: one object, an array, or
/// NDJSON, by its Content-Type.
Result<void> decode_record_body(const Request& request, const ApiOptions& options,
                                const CallOptions& call, const IncomingSink& sink);

/// The record of a text that must be one object.
Result<IncomingRecord> decode_single(std::string_view text, json::DecodeLimits limits);

/// The record of an original, as it was read when it came in: as a line if it is one, else as an
/// element of an array. Errors are those of that record.
Result<IncomingRecord> decode_original(std::string_view original, json::DecodeLimits limits);

/// The single record of a body that must be one object.
Result<IncomingRecord> decode_single_record(const Request& request, const ApiOptions& options,
                                            const CallOptions& call);

}  // namespace dropzone::http
