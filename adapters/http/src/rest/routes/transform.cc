#include <utility>

#include <dropzone/call/memory_meter.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_transform.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/limits.h>

#include "rest/answers.h"
#include "rest/body.h"
#include "rest/parameters.h"
#include "rest/record_bodies.h"
#include "rest/routes.h"
#include "rest/warnings.h"

namespace dropzone::http {
namespace {

void append_result(std::string& out, std::size_t index, const std::optional<std::size_t>& line,
                   const TransformResult& result, const RoundedIntegers& rounded, bool trace) {
  out += "{\"index\":" + std::to_string(index);
  if (line) out += ",\"line\":" + std::to_string(*line);
  if (result.record) {
    out += ",\"record\":" + *result.record;
  } else {
    out += ",\"error\":";
    append_error(out, result.record.error());
  }
  if (trace) {
    out += ",\"trace\":[";
    for (std::size_t i = 0; i < result.trace.size(); ++i) {
      out += i > 0 ? ",{\"step\":" : "{\"step\":";
      append_json_string(out, result.trace[i].step);
      out += ",\"record\":" + result.trace[i].object + '}';
    }
    out += ']';
  }
  Warnings warnings;
  if (result.record) warnings.add(rounded);
  warnings.append_to(out);
  out += '}';
}

Error too_much(std::size_t max_bytes) {
  return {ErrorCode::too_many_records,
          "What the records become has more than " + std::to_string(max_bytes) +
              " bytes together, with their traces where there are some; send fewer at a time."};
}

/// Shows what becomes of each record, in an answer that is no larger than a page. The answer is
/// held on the request's account while it is made.
Result<Response> report(const RouteContext& context, const Call& call, const Kind& kind,
                        std::vector<IncomingRecord> records, bool trace) {
  const std::size_t most = context.options.max_page_bytes;
  MemoryMeter meter(call.options.memory.get());
  std::string out = "{\"results\":[";
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::size_t before = out.size();
    if (i > 0) out += ',';
    const auto result = context.zone.transform(kind, std::move(records[i].object),
                                               {.trace = trace, .max_bytes = most}, call.options);
    if (!result) return result.error();
    append_result(out, i, records[i].line, *result, records[i].rounded, trace);
    if (i > 0 && out.size() > most) return too_much(most);
    if (!meter.add(out.size() - before)) return *meter.fault();
  }
  out += "]}";
  meter.give_back();
  return json_response(std::move(out));
}

/// What the body asks to be tried: a definition that it brings along, or a deployed kind.
Result<json::TransformRequest> request_of(Request& request, const ApiOptions& options,
                                          const CallOptions& call, BodyType type) {
  if (auto read = read_body(request, type, options.max_body); !read) {
    return std::move(read).error();
  }
  const json::DecodeLimits limits = limits_of(options, call);
  if (record_form(request) == RecordForm::json) {
    return json::decode_transform(request.body, limits);
  }
  auto records = json::decode_ndjson(request.body, limits);
  if (!records) return std::move(records).error();
  return json::TransformRequest{.definition = {}, .records = *std::move(records)};
}

Result<Response> try_definition(const RouteContext& context, const Call& call,
                                json::TransformRequest request, bool trace) {
  const auto kind = Kind::parse(*request.definition, context.steps, kInlineDefinition);
  if (!kind) {
    Error error = kind.error();
    error.pointer = "/definition" + error.pointer;
    return error;
  }
  const auto named = call.request.query_value("kind");
  if (named && *named != kind->name()) {
    return Error{ErrorCode::invalid_request,
                 "The query's kind is not the definition's name; make them agree."};
  }
  return report(context, call, *kind, std::move(request.records), trace);
}

Result<Response> transform(const RouteContext& context, Call& call, BodyType type) {
  const auto trace = flag(call, "trace");
  if (!trace) return trace.error();
  auto request = request_of(call.request, context.options, call.options, type);
  if (!request) return std::move(request).error();
  if (request->definition) return try_definition(context, call, *std::move(request), *trace);

  const auto kind_name = kind_of(call, context.options);
  if (!kind_name) return kind_name.error();
  const auto kind = context.zone.kinds().find(*kind_name);
  if (!kind) return kind.error();
  return report(context, call, **kind, std::move(request->records), *trace);
}

Route transform_route_of(const RouteContext& context, std::string_view pattern, BodyType type) {
  return {.method = Method::post,
          .pattern = pattern,
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind", "trace"},
          .answer = [context, type](Call& call) { return transform(context, call, type); },
          .body = type,
          .check_head = [type](Call& call) -> Result<void> {
            if (auto trace = flag(call, "trace"); !trace) return std::move(trace).error();
            return check_body(call.request, type);
          }};
}

}  // namespace

Route transform_route(RouteContext context) {
  return transform_route_of(context, "/transform", BodyType::records);
}

Route transform_ndjson_route(RouteContext context) {
  return transform_route_of(context, "/transform/ndjson", BodyType::ndjson);
}

}  // namespace dropzone::http
