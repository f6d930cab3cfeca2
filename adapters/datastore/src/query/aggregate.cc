#include <charconv>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/query/aggregator.h>
#include <dropzone/value/json_text.h>

#include "entity/entity_encoder.h"
#include "entity/property_names.h"
#include "query/ordered_scan.h"
#include "query/query_context.h"
#include "query/record_reader.h"
#include "rpc/answer_faults.h"

namespace dropzone::datastore {
namespace {

/// Asks Datastore for figures, one at a time: several at once would only consider the entities that
/// have all the fields.
class PushedAggregates {
 public:
  PushedAggregates(QueryContext& context, QueryFilter filter)
      : context_(context), filter_(std::move(filter)) {}

  Result<Aggregates> read(const AggregateQuery& query) {
    Aggregates aggregates;
    if (query.count) {
      auto count = read_number("\"count\":{}");
      if (!count) return count.error();
      const std::int64_t* const integer = *count ? (**count).as_integer() : nullptr;
      aggregates.count = integer ? *integer : 0;
    }
    for (const FieldPath& field : query.sums) {
      auto sum = read_figure("sum", field);
      if (!sum) return sum.error();
      if (*sum && is_whole_double_) doubtful_.push_back(property_path(field));
      aggregates.sums.emplace_back(sum->value_or(Value(0)));
    }
    for (const FieldPath& field : query.averages) {
      auto average = read_figure("avg", field);
      if (!average) return average.error();
      aggregates.averages.push_back(*std::move(average));
    }
    return aggregates;
  }

  /// Fields whose sums are whole, but not integers to Datastore: perhaps sums of integers alone
  /// that have more than 64 bits.
  [[nodiscard]] const std::vector<std::string>& doubtful() const noexcept { return doubtful_; }

 private:
  Result<std::optional<Value>> read_figure(std::string_view name, const FieldPath& field) {
    std::string aggregation = "\"";
    aggregation += name;
    aggregation += "\":{\"property\":{\"name\":";
    append_json_string(aggregation, property_path(field));
    aggregation += "}}";
    auto figure = read_number(aggregation);
    if (figure && *figure && (**figure).as_object()) {
      return Error{ErrorCode::number_out_of_range,
                   "The sum of \"" + field.name() + "\" is beyond the range of a double."};
    }
    return figure;
  }

  // Nothing if Datastore answers null.
  Result<std::optional<Value>> read_number(std::string_view aggregation) {
    std::string body = "{";
    append_database(body, context_.partition);
    append_read_time(body, context_.read_time);
    body += "\"partitionId\":";
    append_partition(body, context_.partition);
    body += ",\"aggregationQuery\":{\"nestedQuery\":";
    append_query(body, context_.partition, {.kind = context_.kind, .filter = filter_});
    body += ",\"aggregations\":[{\"alias\":\"figure\",";
    body += aggregation;
    body += "}]}}";
    const RpcReply reply = context_.channel.call({.method = "runAggregationQuery",
                                                  .body = body,
                                                  .call = context_.call,
                                                  .fault = fault_of_aggregation});
    if (!reply.ok()) return to_query_error(reply);
    return figure_of(reply.document.root());
  }

  // What the answer must have is there: see fault_of_aggregation().
  Result<std::optional<Value>> figure_of(const JsonNode& answer) {
    const JsonNode& batch = *member(answer, "batch");
    if (context_.read_time.empty()) context_.read_time = text_member(batch, "readTime");
    const JsonNode& result = (*member(batch, "aggregationResults"))[0];
    const JsonNode& figure = *member(*member(result, "aggregateProperties"), "figure");
    Value value = decode_value(figure);
    const bool is_double = member(figure, "doubleValue") != nullptr;
    is_whole_double_ = is_double && (value.as_unsigned() || value.as_integer() || is_huge(value));
    if (value.value_class() == ValueClass::null) return std::optional<Value>();
    return std::optional(std::move(value));
  }

  // No double from 2^64 on has a fraction.
  static bool is_huge(const Value& value) {
    constexpr double kTwoTo63 = 9223372036854775808.0;
    return value.as_double() && std::fabs(*value.as_double()) > kTwoTo63;
  }

  QueryContext& context_;
  const QueryFilter filter_;
  bool is_whole_double_ = false;  ///< The figure that was read last.
  std::vector<std::string> doubtful_;
};

// What Datastore would count and we do not.
std::vector<Conjunct> counterexamples(const FilterPlan& plan, const AggregateQuery& query) {
  std::vector<Conjunct> conjuncts = plan.counterexamples;
  std::set<std::string> fields;
  for (const auto& list : {query.sums, query.averages}) {
    for (const FieldPath& field : list) fields.emplace(field_mark(property_path(field)));
  }
  if (fields.empty()) return conjuncts;
  // Datastore adds up the elements of arrays, the microseconds of timestamps, and the doubles that
  // stand for large integers.
  conjuncts.push_back(marked(kArrays, fields));
  conjuncts.push_back(marked(kTimestamps, fields));
  conjuncts.push_back(marked(kLargeIntegers, fields));
  fields.emplace(kEveryField);
  conjuncts.push_back(marked(kUnindexed, fields));
  return conjuncts;
}

bool names_id(const AggregateQuery& query) {
  for (const auto& list : {query.sums, query.averages}) {
    for (const FieldPath& field : list) {
      if (field.is_id()) return true;
    }
  }
  return false;
}

// Whether Datastore's own figures are ours.
Result<bool> is_exact(QueryContext& context, const FilterPlan& plan, const AggregateQuery& query) {
  // Datastore knows neither extremes nor groups.
  const bool is_known = query.minima.empty() && query.maxima.empty() && query.groups.empty();
  if (!plan.exact || !is_known || names_id(query)) return false;
  if (!fit_one_query(plan.conjuncts)) return false;
  const std::vector<Conjunct> doubts = counterexamples(plan, query);
  if (doubts.empty()) return true;
  const auto any = exists(context, doubts);
  if (!any) return any.error();
  return !*any;
}

// Whether one of the sums is of integers alone: then Datastore's is not exact.
Result<bool> adds_integers_alone(QueryContext& context, const FilterPlan& plan,
                                 const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const auto doubles =
        exists(context, restrict_field(plan.conjuncts, path, IndexRanges({double_range()})));
    const bool is_unknown = !doubles && doubles.error().code == ErrorCode::index_required;
    if (!doubles && !is_unknown) return doubles.error();
    if (is_unknown || !*doubles) return true;
  }
  return false;
}

Result<Aggregates> add_up(const AggregateQuery& query, MemoryAccount* memory,
                          Result<RowSourcePtr> rows) {
  if (!rows) return rows.error();
  Aggregator aggregator(query, memory);
  for (;;) {
    const auto head = (*rows)->peek();
    if (!head) return head.error();
    if (!*head) return aggregator.result();
    if (!aggregator.add((*rows)->take().entity.data)) return aggregator.result();
  }
}

}  // namespace

Result<Aggregates> RecordReader::aggregate(const AggregateQuery& query,
                                           const CallOptions& options) {
  static const std::vector<SortKey> kNoOrder;
  const auto make_context = [&] {
    return QueryContext{.channel = channel_,
                        .partition = partition_,
                        .sizes = sizes_,
                        .kind = query.kind,
                        .filter = query.filter,
                        .order = kNoOrder,
                        .parts = {},
                        .call = options,
                        .page = 0,
                        .scan_limit = limits_.scan_limit};
  };
  auto answer = [&]() -> Result<Aggregates> {
    const FilterPlan plan = plan_filter(query.filter);
    QueryContext context = make_context();
    const auto exact = is_exact(context, plan, query);
    if (!exact) return exact.error();
    if (*exact) {
      const auto queries = make_queries(plan.conjuncts);
      if (queries.empty()) return Aggregator(query).result();
      PushedAggregates pushed(context, queries.front());
      auto figures = pushed.read(query);
      const bool needs_index = !figures && figures.error().code == ErrorCode::index_required;
      if (!figures && !needs_index) return figures;
      if (figures) {
        const auto inexact = adds_integers_alone(context, plan, pushed.doubtful());
        if (!inexact) return inexact.error();
        if (!*inexact) return figures;
      }
    }
    QueryContext scan = make_context();
    auto figures = add_up(query, options.memory.get(), ordered_scan(scan, std::nullopt));
    if (figures || figures.error().code != ErrorCode::index_required) return figures;
    QueryContext again = make_context();
    auto collected = add_up(query, options.memory.get(), collected_scan(again, std::nullopt));
    if (!collected && collected.error().code == ErrorCode::scan_limit) return figures;
    return collected;
  }();
  if (answer || !is_beyond_datastore(answer.error())) return answer;
  QueryContext whole = make_context();
  auto added = add_up(query, options.memory.get(), whole_scan(whole, std::nullopt));
  if (added || added.error().code != ErrorCode::scan_limit) return added;
  return too_much_beyond_datastore(limits_.scan_limit);
}

}  // namespace dropzone::datastore
