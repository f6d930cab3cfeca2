#include "rest/record_bodies.h"

#include <utility>

#include <dropzone/json/decode_records.h>

#include "rest/body_type.h"

namespace dropzone::http {

json::DecodeLimits limits_of(const ApiOptions& options, const CallOptions& call) {
  return {.max_depth = options.max_depth,
          .max_records = options.max_records,
          .max_values = options.max_values,
          .memory = call.memory.get()};
}

Result<IncomingRecord> decode_single(std::string_view text, json::DecodeLimits limits) {
  limits.max_records = 1;
  auto records = json::decode_records(text, limits);
  const std::size_t first = text.find_first_of("{[");
  const bool is_array = first != std::string_view::npos && text[first] == '[';
  if (is_array && (records || records.error().code == ErrorCode::too_many_records)) {
    return Error{ErrorCode::not_an_object, "The body is an array; send the one object."};
  }
  if (!records) return std::move(records).error();
  return std::move(records->front());
}

Result<IncomingRecord> decode_original(std::string_view original, json::DecodeLimits limits) {
  limits.max_records = 1;
  const bool is_line = original.find('\n') == std::string_view::npos;
  auto records = is_line ? json::decode_ndjson(original, limits)
                         : json::decode_records('[' + std::string(original) + ']', limits);
  if (!records) return std::move(records).error();
  return std::move(records->front());
}

Result<void> decode_record_body(const Request& request, const ApiOptions& options,
                                const CallOptions& call, const IncomingSink& sink) {
  const json::DecodeLimits limits = limits_of(options, call);
  return record_form(request) == RecordForm::json ? json::decode_records(request.body, limits, sink)
                                                  : json::decode_ndjson(request.body, limits, sink);
}

Result<IncomingRecord> decode_single_record(const Request& request, const ApiOptions& options,
                                            const CallOptions& call) {
  return decode_single(request.body, limits_of(options, call));
}

}  // namespace dropzone::http
