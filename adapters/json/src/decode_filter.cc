#include <dropzone/json/decode_filter.h>

#include <utility>

#include "decode_group_by.h"
#include "request_members.h"

namespace dropzone::json {
namespace {

constexpr std::string_view kQueryMembers[] = {
    "field",  "operator", "value",  "and",      "or",   "kind",     "limit",
    "cursor", "orderBy",  "fields", "original", "meta", "aggregate"};
constexpr std::string_view kPageMembers[] = {"limit",  "cursor",   "orderBy",
                                             "fields", "original", "meta"};
constexpr std::string_view kAggregateMembers[] = {"count", "sum", "avg", "min", "max", "groupBy"};

// Each level of `and` and `or` is an object and an array; the innermost condition may have a list.
constexpr std::size_t kMaxQueryDepth = 2 * kMaxFilterDepth + 2;

Result<Object> decode_body(std::string_view body, MemoryAccount* memory) {
  auto object = decode_request(body, kMaxQueryDepth, memory);
  if (!object && object.error().code == ErrorCode::too_deep) {
    return Error{ErrorCode::invalid_filter,
                 "A filter may have at most " + std::to_string(kMaxFilterDepth) +
                     " levels of \"and\" and \"or\".",
                 std::move(object.error().pointer)};
  }
  return object;
}

Result<AggregateSpec> decode_aggregate(const Value& value) {
  const Object* object = value.as_object();
  if (!object) {
    return Error{ErrorCode::invalid_request, "\"aggregate\" must be an object.", "/aggregate"};
  }
  RequestMembers members(*object, "/aggregate");
  members.allow(kAggregateMembers);
  AggregateSpec spec;
  spec.count = members.flag("count");
  spec.sum = members.fields("sum", kMaxAggregateFields);
  spec.avg = members.fields("avg", kMaxAggregateFields);
  spec.min = members.fields("min", kMaxAggregateFields);
  spec.max = members.fields("max", kMaxAggregateFields);
  if (members.fault()) return *members.fault();
  const std::size_t figures = spec.sum.size() + spec.avg.size() + spec.min.size() + spec.max.size();
  if (const Value* groups = members.find("groupBy")) {
    auto parsed = decode_group_by(*groups, "/aggregate/groupBy");
    if (!parsed) return std::move(parsed).error();
    spec.groups = *std::move(parsed);
    spec.is_grouped_by_list = groups->as_array() != nullptr;
    if (figures > kMaxGroupFigures) {
      return Error{ErrorCode::invalid_request,
                   "With \"groupBy\" there may be at most " + std::to_string(kMaxGroupFigures) +
                       " fields in \"sum\", \"avg\", \"min\" and \"max\".",
                   "/aggregate"};
    }
  } else if (!spec.count && figures == 0) {
    return Error{ErrorCode::invalid_request,
                 "An aggregate needs \"count\": true, \"groupBy\", or fields in \"sum\", \"avg\", "
                 "\"min\" or \"max\".",
                 "/aggregate"};
  }
  return spec;
}

void refuse_pages(RequestMembers& members) {
  for (const std::string_view name : kPageMembers) {
    if (!members.find(name)) continue;
    members.refuse(name, '"' + std::string(name) +
                             "\" has no meaning with \"aggregate\", which returns no records.");
  }
}

}  // namespace

Result<FilterRequest> decode_filter(std::string_view body, MemoryAccount* memory) {
  const auto object = decode_body(body, memory);
  if (!object) return object.error();
  RequestMembers members(*object);
  members.allow(kQueryMembers);
  const Value* aggregate = members.find("aggregate");
  if (aggregate) refuse_pages(members);
  FilterRequest request;
  request.kind = members.string("kind");
  request.order = members.sort_keys("orderBy");
  request.limit = members.positive("limit");
  request.cursor = members.string("cursor");
  request.fields = members.fields("fields");
  request.original = members.original("original");
  request.meta = members.flag("meta");
  if (members.fault()) return *members.fault();

  FilterParser filters;
  request.filter = filters.parse_body(*object);
  if (filters.fault()) return *filters.fault();
  if (aggregate) {
    auto spec = decode_aggregate(*aggregate);
    if (!spec) return std::move(spec).error();
    request.aggregate = *std::move(spec);
  }
  return request;
}

}  // namespace dropzone::json
