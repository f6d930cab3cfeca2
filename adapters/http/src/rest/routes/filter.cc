#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include <dropzone/call/takes_long.h>
#include <dropzone/json/decode_filter.h>
#include <dropzone/kind/query_checks.h>
#include <dropzone/store/absent_fields.h>
#include <dropzone/value/json_pointer.h>

#include "rest/aggregate_text.h"
#include "rest/answers.h"
#include "rest/parameters.h"
#include "rest/record_page.h"
#include "rest/routes.h"
#include "rest/warnings.h"

namespace dropzone::http {
namespace {

/// Says of which fields no record has what a query that found nothing expects. Fails only if that
/// would take long and may not.
Result<void> warn(Warnings& warnings, AbsentFields& absent, const Kind& kind,
                  const std::vector<Expectation>& expectations, const CallOptions& options) {
  const auto findings = absent.find(kind, expectations, options);
  if (!findings) return findings.error();
  for (const auto& [pointer, detail] : *findings) warnings.add("absent_field", pointer, detail);
  return {};
}

Result<Response> aggregate(const RouteContext& context, const Kind& kind, AbsentFields& absent,
                           const AggregateQuery& query, KeyForm keys, const CallOptions& options) {
  const auto aggregates = context.zone.aggregate(query, options);
  if (!aggregates) return aggregates.error();
  std::string out = "{";
  append_aggregates(out, query, *aggregates, keys);
  Warnings warnings;
  DROPZONE_CHECK(warn(warnings, absent, kind, expectations_of(query, *aggregates), options));
  warnings.append_to(out);
  out += '}';
  return json_response(std::move(out));
}

/// Of a page that is empty.
std::vector<Expectation> expectations_of(const Query& query) {
  std::vector<Expectation> expectations = dropzone::expectations_of(query.filter);
  for (std::size_t i = 0; i < query.order.size(); ++i) {
    expectations.push_back({query.order[i].field, std::nullopt, pointer_to("/orderBy", i)});
  }
  return expectations;
}

Result<Response> select(const RouteContext& context, const Kind& kind, AbsentFields& absent,
                        json::FilterRequest request, Query query, const CallOptions& options) {
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
  const RecordParts shown{request.original, request.meta, std::move(request.fields)};

  PageText text("{\"records\":", context.options.max_page_bytes, options);
  RecordArray records(text, shown);
  const auto page = context.zone.fetch(
      query, projection_of(shown), [&](const RecordView& view) { records.append(view); }, options);
  if (!page) return page.error();
  if (auto complete = records.close(); !complete) return std::move(complete).error();
  std::string& out = text.text();
  out += ',';
  if (const auto appended = append_next_cursor(out, page->next, context.cursors, identity);
      !appended) {
    return appended.error();
  }
  Warnings warnings;
  records.warn(warnings, "/fields");
  if (records.empty() && !query.after) {
    DROPZONE_CHECK(warn(warnings, absent, kind, expectations_of(query), options));
  }
  warnings.append_to(out);
  out += '}';
  return json_response(std::move(out));
}

/// Whether the kind's records can have what the request names besides its filter.
Result<void> check_names(const json::FilterRequest& request, const Kind& kind) {
  if (auto ordered = check_order(request.order, kind, "/orderBy"); !ordered) return ordered;
  if (auto shown = check_shown(request.fields, kind, "/fields"); !shown) return shown;
  if (!request.aggregate) return {};
  const json::AggregateSpec& asked = *request.aggregate;
  if (auto sums = check_figures(asked.sum, kind, "/aggregate/sum"); !sums) return sums;
  if (auto averages = check_figures(asked.avg, kind, "/aggregate/avg"); !averages) return averages;
  if (auto minima = check_extremes(asked.min, kind, "/aggregate/min"); !minima) return minima;
  if (auto maxima = check_extremes(asked.max, kind, "/aggregate/max"); !maxima) return maxima;
  return check_groups(asked.groups, kind, "/aggregate/groupBy");
}

Result<Response> filter(const RouteContext& context, AbsentFields& absent, Call& call) {
  auto request = json::decode_filter(call.request.body, call.options.memory.get());
  if (!request) return std::move(request).error();
  auto kind_name = kind_of(call, context.options, request->kind);
  if (!kind_name) return std::move(kind_name).error();
  const auto kind = context.zone.kinds()->find(*kind_name);
  if (!kind) return kind.error();
  if (auto typed = apply_field_types(request->filter, **kind); !typed) {
    return std::move(typed).error();
  }
  if (auto possible = check_names(*request, **kind); !possible) return std::move(possible).error();
  if (auto& asked = request->aggregate) {
    if (!call.options.may_wait) return takes_long();
    return aggregate(context, **kind, absent,
                     {.kind = *std::move(kind_name),
                      .filter = std::move(request->filter),
                      .count = asked->count,
                      .sums = std::move(asked->sum),
                      .averages = std::move(asked->avg),
                      .minima = std::move(asked->min),
                      .maxima = std::move(asked->max),
                      .groups = std::move(asked->groups)},
                     asked->is_grouped_by_list ? KeyForm::list : KeyForm::scalar, call.options);
  }
  Query query;
  query.kind = *std::move(kind_name);
  query.filter = std::move(request->filter);
  return select(context, **kind, absent, *std::move(request), std::move(query), call.options);
}

}  // namespace

Route filter_route(RouteContext context) {
  const auto absent = std::make_shared<AbsentFields>(context.zone.repository());
  return {.method = Method::post,
          .pattern = "/filter",
          .permission = Permission::read,
          .execution = Execution::short_read,
          .parameters = {"kind"},
          .answer = [context, absent](Call& call) { return filter(context, *absent, call); },
          .body = BodyType::json,
          .check_head = [context](Call& call) { return check_query_kind(call, context.options); }};
}

}  // namespace dropzone::http
