#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <dropzone/http/message/request.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/json/decode_limits.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone::http {

/// What a body of records may be, by its Content-Type.
enum class Media : std::uint8_t { json_or_ndjson, ndjson };

/// The media types that it stands for.
[[nodiscard]] const std::vector<std::string_view>& record_types(Media media);

/// What is decoded is charged to the call's memory account.
[[nodiscard]] json::DecodeLimits limits_of(const ApiOptions& options, const CallOptions& call);

/// Whether a body is of a type that decode_record_body() takes.
Result<void> check_record_media(const Request& request, Media media);

/// The records of a body: one object, an array, or NDJSON, by its Content-Type; unpacked first.
Result<std::vector<IncomingRecord>> decode_record_body(Request& request, const ApiOptions& options,
                                                       const CallOptions& call, Media media);

/// The record of a text that must be one object.
Result<IncomingRecord> decode_single(std::string_view text, json::DecodeLimits limits);

/// The single record of a body that must be one object.
Result<IncomingRecord> decode_single_record(Request& request, const ApiOptions& options,
                                            const CallOptions& call);

}  // namespace dropzone::http
