#include <algorithm>
#include <utility>

#include <dropzone/json/decode_filter.h>
#include <dropzone/kind/field_types.h>
#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/body.h"
#include "rest/parameters.h"
#include "rest/record_page.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

void append_sums(std::string& out, const AggregateQuery& query, const Aggregates& aggregates) {
  out += "\"sum\":{";
  for (std::size_t i = 0; i < query.sums.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, query.sums[i].dotted());
    out += ':';
    append_json(out, aggregates.sums[i]);
  }
  out += '}';
}

void append_averages(std::string& out, const AggregateQuery& query, const Aggregates& aggregates) {
  out += "\"avg\":{";
  for (std::size_t i = 0; i < query.averages.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, query.averages[i].dotted());
    out += ':';
    append_json(out, aggregates.averages[i].value_or(Value()));
  }
  out += '}';
}

Result<Response> aggregate(const RouteContext& context, const AggregateQuery& query,
                           const CallOptions& options) {
  const auto aggregates = context.zone.aggregate(query, options);
  if (!aggregates) return aggregates.error();
  std::string out = "{\"aggregate\":{";
  const std::size_t start = out.size();
  const auto separate = [&] {
    if (out.size() > start) out += ',';
  };
  if (aggregates->count) {
    out += "\"count\":" + std::to_string(*aggregates->count);
  }
  if (!query.sums.empty()) {
    separate();
    append_sums(out, query, *aggregates);
  }
  if (!query.averages.empty()) {
    separate();
    append_averages(out, query, *aggregates);
  }
  out += "}}";
  return json_response(std::move(out));
}

Result<Response> select(const RouteContext& context, json::FilterRequest request, Query query,
                        const CallOptions& options) {
  query.order = std::move(request.order);
  query.limit =
      std::min(request.limit.value_or(context.options.default_limit), context.options.max_limit);
  query.max_bytes = context.options.max_page_bytes;
  const std::string identity = query_identity(query);
  if (request.cursor) {
    auto after = context.cursors.open(*request.cursor, identity);
    if (!after) return std::move(after).error();
    query.after = *std::move(after);
  }
  const Shown shown{request.original, request.meta, std::move(request.fields)};

  PageText text("{\"records\":", context.options.max_page_bytes, options);
  RecordArray records(text, shown);
  const auto page = context.zone.fetch(
      query, projection_of(shown), [&](const RecordView& view) { records.append(view); }, options);
  if (!page) return page.error();
  if (auto complete = records.close(); !complete) return std::move(complete).error();
  std::string& out = text.text();
  out += ',';
  if (const auto told = append_next_cursor(out, page->next, context.cursors, identity); !told) {
    return told.error();
  }
  out += '}';
  return json_response(std::move(out));
}

Result<Response> filter(const RouteContext& context, Call& call) {
  if (auto read = read_body(call.request, BodyType::json, context.options.max_body); !read) {
    return std::move(read).error();
  }
  auto request = json::decode_filter(call.request.body, call.options.memory.get());
  if (!request) return std::move(request).error();
  auto kind_name = kind_of(call, context.options, request->kind);
  if (!kind_name) return std::move(kind_name).error();
  const auto kind = context.zone.kinds().find(*kind_name);
  if (!kind) return kind.error();
  if (auto typed = apply_field_types(request->filter, **kind); !typed) {
    return std::move(typed).error();
  }
  if (request->aggregate) {
    return aggregate(context,
                     {.kind = *std::move(kind_name),
                      .filter = std::move(request->filter),
                      .count = request->aggregate->count,
                      .sums = std::move(request->aggregate->sum),
                      .averages = std::move(request->aggregate->avg)},
                     call.options);
  }
  Query query;
  query.kind = *std::move(kind_name);
  query.filter = std::move(request->filter);
  return select(context, *std::move(request), std::move(query), call.options);
}

}  // namespace

Route filter_route(RouteContext context) {
  return {.method = Method::post,
          .pattern = "/filter",
          .permission = Permission::read,
          .execution = Execution::on_worker,
          .parameters = {"kind"},
          .answer = [context](Call& call) { return filter(context, call); },
          .body = BodyType::json,
          .check_head = [context](Call& call) { return check_query_head(call, context.options); }};
}

}  // namespace dropzone::http
