#include <utility>

#include <dropzone/call/memory_meter.h>
#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_transform.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/limits.h>

#include "rest/answers.h"
#include "rest/comparison.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/record_bodies.h"
#include "rest/routes.h"
#include "rest/warnings.h"

namespace dropzone::http {
namespace {

/// What is asked of each record of a dry run.
struct Trial {
  const Kind& kind;
  const Kind* deployed = nullptr;  ///< What to compare with, if anything.
  bool trace = false;
};

void append_outcome(std::string& out, const Result<std::string>& outcome) {
  if (outcome) {
    out += "\"record\":" + *outcome;
  } else {
    out += "\"error\":";
    append_error(out, outcome.error());
  }
}

void append_result(std::string& out, const TransformResult& result, const RoundedIntegers& rounded,
                   bool trace) {
  append_outcome(out, result.record);
  if (trace) {
    out += ",\"trace\":";
    append_trace(out, result.trace);
  }
  Warnings warnings;
  if (result.record) warnings.add(rounded);
  warnings.append_to(out);
}

Error too_much(std::size_t max_bytes) {
  return {ErrorCode::too_many_records,
          "What the records become has more than " + std::to_string(max_bytes) +
              " bytes together, including traces; send fewer at a time."};
}

/// A record to try, and if it is a stored one, its id and what is kept of the request that
/// brought it.
struct Tried {
  IncomingRecord record;
  std::optional<std::string> id = std::nullopt;
  std::optional<Received> received = std::nullopt;
};

/// Tries one record, and appends the result.
Result<void> try_record(std::string& out, const RouteContext& context, const Call& call,
                        const Trial& trial, Tried tried, Comparison& comparison) {
  IncomingRecord& record = tried.record;
  DryRun how{.trace = trial.trace,
             .max_bytes = context.options.max_page_bytes,
             .received = std::move(tried.received)};
  Result<Object> again = trial.deployed ? record.object : Result<Object>(Object());
  DROPZONE_TRY(const TransformResult result,
               context.zone.transform(trial.kind, std::move(record.object), how, call.options));
  append_result(out, result, record.rounded, trial.trace);
  if (!trial.deployed) return {};
  how.trace = false;
  DROPZONE_TRY(const TransformResult before,
               context.zone.transform(*trial.deployed, std::move(again), how, call.options));
  out += ",\"deployed\":{";
  append_outcome(out, before.record);
  out += '}';
  comparison.add(before.record, result.record, out);
  return {};
}

/// Shows what becomes of each record, in an answer that is no larger than a page. The answer is
/// held on the request's account while it is made.
Result<Response> report(const RouteContext& context, const Call& call, const Trial& trial,
                        std::vector<Tried> records) {
  const std::size_t most = context.options.max_page_bytes;
  MemoryMeter meter(call.options.memory.get());
  Comparison comparison;
  std::string out = "{\"results\":[";
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::size_t before = out.size();
    if (i > 0) out += ',';
    out += "{\"index\":" + std::to_string(i);
    if (const auto line = records[i].record.line) out += ",\"line\":" + std::to_string(*line);
    if (records[i].id) {
      out += ",\"_id\":";
      append_json_string(out, *records[i].id);
    }
    out += ',';
    DROPZONE_CHECK(try_record(out, context, call, trial, std::move(records[i]), comparison));
    out += '}';
    if (i > 0 && out.size() > most) return too_much(most);
    if (!meter.add(out.size() - before)) return *meter.fault();
  }
  out += ']';
  if (trial.deployed) {
    out += ",\"comparison\":{";
    comparison.append_counts(out);
    out += '}';
  }
  out += '}';
  meter.give_back();
  return json_response(std::move(out));
}

std::vector<Tried> tried(std::vector<IncomingRecord> records) {
  std::vector<Tried> all;
  all.reserve(records.size());
  for (IncomingRecord& record : records) all.push_back({.record = std::move(record)});
  return all;
}

/// What the body asks to be tried: a definition that it brings along, or a deployed kind.
Result<json::TransformRequest> request_of(const Request& request, const ApiOptions& options,
                                          const CallOptions& call) {
  const json::DecodeLimits limits = limits_of(options, call);
  if (record_form(request) == RecordForm::json) {
    return json::decode_transform(request.body, limits);
  }
  auto records = json::decode_ndjson(request.body, limits);
  if (!records) return std::move(records).error();
  return json::TransformRequest{.definition = {}, .records = *std::move(records)};
}

/// Tries a definition on stored originals of the kind of its name.
Result<Response> try_on_sample(const RouteContext& context, const Call& call, const Trial& trial,
                               std::size_t size) {
  const std::string& name = trial.kind.name();
  DROPZONE_CHECK(permit(call, Permission::read, name));
  if (const auto known = context.zone.kinds()->find(name); !known) return known.error();
  DROPZONE_TRY(auto originals, sample_of(context, name, size, call.options));
  std::vector<Tried> records;
  for (StoredOriginal& stored : originals) {
    DROPZONE_TRY(IncomingRecord record,
                 decode_single(stored.original, limits_of(context.options, call.options)));
    records.push_back({.record = std::move(record),
                       .id = std::move(stored.id),
                       .received = std::move(stored.received)});
  }
  return report(context, call, trial, std::move(records));
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
  std::shared_ptr<const Kind> deployed;
  if (request.against_deployed) {
    DROPZONE_CHECK(permit(call, Permission::read, kind->name()));
    DROPZONE_TRY(deployed, context.zone.kinds()->find(kind->name()));
  }
  const Trial trial{.kind = *kind, .deployed = deployed.get(), .trace = trace};
  if (request.sample) return try_on_sample(context, call, trial, *request.sample);
  return report(context, call, trial, tried(std::move(request.records)));
}

Result<Response> transform(const RouteContext& context, Call& call) {
  const auto trace = flag(call, "trace");
  if (!trace) return trace.error();
  auto request = request_of(call.request, context.options, call.options);
  if (!request) return std::move(request).error();
  if (request->definition) return try_definition(context, call, *std::move(request), *trace);

  const auto kind_name = kind_of(call, context.options);
  if (!kind_name) return kind_name.error();
  const auto kind = context.zone.kinds()->find(*kind_name);
  if (!kind) return kind.error();
  return report(context, call, {.kind = **kind, .trace = *trace},
                tried(std::move(request->records)));
}

Route transform_route_of(const RouteContext& context, std::string_view pattern, BodyType type) {
  return {.method = Method::post,
          .pattern = pattern,
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind", "trace"},
          .answer = [context](Call& call) { return transform(context, call); },
          .body = type,
          .check_head = [](Call& call) -> Result<void> {
            DROPZONE_CHECK(flag(call, "trace"));
            return {};
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
