#include "query/query_context.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <unordered_set>
#include <utility>

#include <dropzone/call/watch.h>
#include <dropzone/query/filter_matcher.h>

#include "entity/property_names.h"
#include "rpc/answer_faults.h"

namespace dropzone::datastore {
namespace {

// If rows are dropped, so that a page needs several reads.
constexpr std::size_t kNextBatch = 500;

Error scan_limit(const QueryContext& context) {
  return {ErrorCode::scan_limit,
          "The query would have to read more than " + std::to_string(context.scan_limit) +
              " records that it may not select. Narrow its filter, or order it by a field that "
              "its filter compares."};
}

/// One answer of runQuery.
struct Batch {
  JsonDocument document;
  MemoryHold hold;
  const JsonNode* results = nullptr;
  std::string end_cursor;
  bool finished = true;
};

RpcReply ask(const QueryContext& context, const DatastoreQuery& query) {
  std::string body = "{";
  append_database(body, context.partition);
  append_read_time(body, context.read_time);
  body += "\"partitionId\":";
  append_partition(body, context.partition);
  body += ",\"query\":";
  append_query(body, context.partition, query);
  body += '}';
  return context.channel.call(
      {.method = "runQuery", .body = body, .call = context.call, .fault = fault_of_query});
}

// Asks for fewer, down to one, if the entities are too large together; `query.limit` says how
// many were asked for in the end.
Result<Batch> run_query(QueryContext& context, DatastoreQuery& query) {
  RpcReply reply = ask(context, query);
  while (is_answer_too_large(reply) && query.limit > 1) {
    query.limit = (query.limit + 3) / 4;
    reply = ask(context, query);
  }
  if (!reply.ok()) return to_query_error(reply);

  Batch batch;
  batch.document = std::move(reply.document);
  batch.hold = std::move(reply.hold);
  const JsonNode* const node = member(batch.document.root(), "batch");
  batch.results = member(*node, "entityResults");
  if (!query.keys_only && batch.results && batch.results->IsArray()) {
    context.sizes.note(context.kind, reply.bytes, batch.results->Size());
  }
  batch.end_cursor = text_member(*node, "endCursor");
  const std::string_view more = text_member(*node, "moreResults");
  batch.finished = more == "NO_MORE_RESULTS" || more == "MORE_RESULTS_AFTER_CURSOR";
  if (context.read_time.empty()) context.read_time = text_member(*node, "readTime");
  return batch;
}

class QueryRows final : public RowSource {
 public:
  QueryRows(QueryContext& context, DatastoreQuery query)
      : context_(context),
        query_(std::move(query)),
        matcher_(context.filter),
        watch_(&context.call) {}

  Result<const Row*> peek() override {
    while (rows_.empty() && !finished_) {
      if (auto read = read_batch(); !read) return read.error();
    }
    return rows_.empty() ? nullptr : static_cast<const Row*>(&rows_.front());
  }

  Row take() override {
    Row row = std::move(rows_.front());
    rows_.pop_front();
    return row;
  }

 private:
  Result<void> read_batch() {
    if (context_.scanned >= context_.scan_limit && batches_ > 0) return scan_limit(context_);
    const std::size_t limit = next_limit();
    query_.limit = limit;
    auto batch = run_query(context_, query_);
    if (query_.limit < limit) most_ = query_.limit;
    if (!batch) return batch.error();
    ++batches_;
    if (batch->results && batch->results->IsArray()) {
      context_.scanned += batch->results->Size();
      for (const JsonNode& result : batch->results->GetArray()) add(result);
      if (watch_.was_over()) return deadline_exceeded();
    }
    hold(std::move(batch->hold));
    finished_ = batch->finished;
    if (!finished_ && !go_on_after(*std::move(batch))) {
      return Error{ErrorCode::unavailable, "Datastore does not say where its results continue."};
    }
    return {};
  }

  // For the rows that are waiting, or all of them if they are kept.
  void hold(MemoryHold batch) {
    if (context_.keeps_rows) context_.kept.push_back(std::exchange(hold_, MemoryHold()));
    hold_ = std::move(batch);
  }

  // False if there is no new place to go on from: it would be the same batch again. In the order
  // of keys that is the last key: Datastore does not accept its own cursors if the filter has
  // a range besides.
  bool go_on_after(Batch batch) {
    if (query_.order == kKeyProperty) {
      if (auto last = last_key_of(batch)) {
        query_.after_key = std::move(last);
        query_.start_cursor.clear();
        return true;
      }
    }
    if (batch.end_cursor.empty() || batch.end_cursor == query_.start_cursor) return false;
    query_.start_cursor = std::move(batch.end_cursor);
    return true;
  }

  static std::optional<std::string> last_key_of(const Batch& batch) {
    if (!batch.results || !batch.results->IsArray() || batch.results->Empty()) return std::nullopt;
    const JsonNode* const entity = member(*(batch.results->End() - 1), "entity");
    const JsonNode* const key = entity ? member(*entity, "key") : nullptr;
    return key ? id_of_key(*key) : std::nullopt;
  }

  // One more than the page shows whether there is another page.
  [[nodiscard]] std::size_t next_limit() const {
    const std::size_t allowed =
        context_.scan_limit > context_.scanned ? context_.scan_limit - context_.scanned : 0;
    const std::size_t wanted = context_.page == 0 ? allowed
                               : batches_ == 0    ? context_.page + 1
                                                  : std::max(context_.page + 1, kNextBatch);
    const std::size_t fitting = query_.keys_only ? most_ : context_.sizes.most_of(context_.kind);
    const std::size_t most = std::min({most_, fitting, std::max(allowed, context_.page + 1)});
    return std::max<std::size_t>(1, std::min(wanted, most));
  }

  void add(const JsonNode& result) {
    Projection parts = context_.parts;
    parts.data = parts.data || context_.decides();
    auto entity = decode_entity(result, parts);
    // An array's record comes once for each of its elements.
    if (!entity || entity->id == last_id_) return;
    last_id_ = entity->id;
    if (context_.decides() && !matcher_.matches(entity->id, entity->data, watch_)) return;
    auto values = sort_values(context_.order, entity->id, entity->data);
    if (values) rows_.push_back({*std::move(entity), *std::move(values)});
  }

  QueryContext& context_;
  DatastoreQuery query_;
  const FilterMatcher matcher_;
  Watch watch_;
  std::deque<Row> rows_;
  MemoryHold hold_;
  std::string last_id_;
  std::size_t batches_ = 0;
  std::size_t most_ = std::numeric_limits<std::size_t>::max();  ///< That an answer had room for.
  bool finished_ = false;
};

}  // namespace

RowSourcePtr read_query(QueryContext& context, DatastoreQuery query) {
  query.kind = context.kind;
  return std::make_unique<QueryRows>(context, std::move(query));
}

RowSourcePtr read_queries(QueryContext& context, std::vector<QueryFilter> filters,
                          const DatastoreQuery& form, RowOrder order) {
  std::vector<RowSourcePtr> sources;
  for (QueryFilter& filter : filters) {
    DatastoreQuery query = form;
    query.filter = std::move(filter);
    sources.push_back(read_query(context, std::move(query)));
  }
  return merge(std::move(sources), std::move(order));
}

bool is_beyond_datastore(const Error& error) {
  return error.code == ErrorCode::unavailable &&
         error.cause.starts_with(status_name(RpcStatus::unknown));
}

Error too_much_beyond_datastore(std::size_t scan_limit) {
  return {
      ErrorCode::scan_limit,
      "Datastore cannot answer this query: an entity that another program wrote has an array of "
      "entities in one of its fields. The kind has more than the " +
          std::to_string(scan_limit) +
          " records that may be read instead. Let that program exclude the array from indexes."};
}

Result<bool> exists(QueryContext& context, const std::vector<Conjunct>& conjuncts) {
  for (QueryFilter& filter : make_queries(conjuncts)) {
    DatastoreQuery query{
        .kind = context.kind, .filter = std::move(filter), .keys_only = true, .limit = 1};
    const auto batch = run_query(context, query);
    if (!batch) return batch.error();
    if (batch->results && batch->results->IsArray() && !batch->results->Empty()) return true;
  }
  return false;
}

Result<std::vector<Row>> read_all(QueryContext& context, std::vector<Conjunct> conjuncts) {
  context.keeps_rows = true;
  std::vector<Row> rows;
  std::unordered_set<std::string> ids;
  for (QueryFilter& filter : make_queries(std::move(conjuncts))) {
    DatastoreQuery query;
    query.filter = std::move(filter);
    const RowSourcePtr source = read_query(context, std::move(query));
    for (;;) {
      const auto head = source->peek();
      if (!head) return head.error();
      if (!*head) break;
      Row row = source->take();
      if (ids.insert(row.entity.id).second) rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace dropzone::datastore
