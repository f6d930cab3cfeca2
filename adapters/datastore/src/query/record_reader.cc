#include "query/record_reader.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <dropzone/store/document_decoder.h>
#include <dropzone/value/json_text.h>

#include "entity/property_names.h"
#include "query/ordered_scan.h"
#include "query/query_context.h"
#include "rpc/lookup.h"

namespace dropzone::datastore {
namespace {

void show(const Entity& entity, std::string_view data, Projection projection,
          const RecordSink& sink) {
  std::vector<std::string> timestamps;
  if (projection.data && projection.timestamps) timestamps = timestamp_pointers(entity.data);
  sink({.id = entity.id,
        .data = data,
        .original = entity.original,
        .meta = projection.meta ? &entity.meta : nullptr,
        .timestamps = timestamps});
}

std::string data_text(const Entity& entity, Projection projection) {
  return projection.data ? to_json(entity.data) : std::string();
}

// The one property that suffices, or an empty text if all are needed.
std::string_view needed_property(Projection projection) {
  if (projection.data) return {};
  if (projection.original) return projection.meta ? std::string_view() : kOriginalProperty;
  // What another program changed shows in all properties alone.
  return projection.meta ? std::string_view() : kKeyProperty;
}

// What another client wrote has no original: its text is made of all its fields.
bool lacks_original(const JsonNode& entity_result) {
  const JsonNode* const entity = member(entity_result, "entity");
  const JsonNode* const properties = entity ? member(*entity, "properties") : nullptr;
  return !properties || !member(*properties, kOriginalProperty);
}

using Scan = Result<RowSourcePtr> (*)(QueryContext&, const std::optional<Position>&);

struct PageRow {
  Row row;
  std::string data;  ///< Its text.

  [[nodiscard]] std::size_t bytes() const { return data.size() + row.entity.original.size(); }
};

// A page's rows, and one more if there are more.
Result<std::vector<PageRow>> read_page(QueryContext& context, Scan scan, const Query& query) {
  auto source = scan(context, query.after);
  if (!source) return source.error();
  std::vector<PageRow> rows;
  std::size_t bytes = 0;
  bool full = false;
  while (rows.size() <= query.limit) {
    const auto head = (*source)->peek();
    if (!head) return head.error();
    if (!*head) break;
    Row row = (*source)->take();
    std::string data = full ? std::string() : data_text(row.entity, context.parts);
    rows.push_back({std::move(row), std::move(data)});
    if (full) break;
    bytes += rows.back().bytes();
    full = bytes >= query.max_bytes;
  }
  return rows;
}

}  // namespace

Result<void> RecordReader::find(const std::string& kind, std::span<const std::string> ids,
                                Projection projection, const RecordSink& sink,
                                const CallOptions& options) {
  std::vector<RecordKey> keys;
  std::unordered_set<std::string_view> seen;
  for (const std::string& id : ids) {
    if (is_key(id) && seen.insert(id).second) keys.push_back({kind, id});
  }
  std::unordered_map<std::string, Entity> entities;
  std::vector<RecordKey> incomplete;
  const std::string_view property = needed_property(projection);
  const Extent extent = property.empty() ? Extent::whole : Extent::masked;
  LookupOptions lookup_options{
      .only_property = property, .keys_per_call = limits_.lookup_keys, .call = options};
  const auto add = [&](const JsonNode& result) {
    if (auto entity = decode_entity(result, projection, extent)) {
      std::string id = entity->id;
      entities.insert_or_assign(std::move(id), *std::move(entity));
    }
  };
  RpcReply reply = lookup(channel_, partition_, keys, lookup_options, [&](const JsonNode& result) {
    add(result);
    if (property != kOriginalProperty || !lacks_original(result)) return;
    if (const auto entity = decode_entity(result, {.data = false})) {
      incomplete.push_back({kind, *seen.find(entity->id)});
    }
  });
  if (reply.ok() && !incomplete.empty()) {
    lookup_options.only_property = {};
    reply = lookup(channel_, partition_, incomplete, lookup_options, add);
  }
  if (!reply.ok()) return to_error(reply);
  for (const std::string& id : ids) {
    if (const auto found = entities.find(id); found != entities.end()) {
      show(found->second, data_text(found->second, projection), projection, sink);
    }
  }
  return {};
}

Result<std::optional<Position>> RecordReader::query(const Query& query, Projection projection,
                                                    const RecordSink& sink,
                                                    const CallOptions& options) {
  const auto read = [&](Scan scan, bool expect_mixed_integrals, bool& found_mixed_integrals) {
    QueryContext context{.channel = channel_,
                         .partition = partition_,
                         .sizes = sizes_,
                         .kind = query.kind,
                         .filter = query.filter,
                         .order = query.order,
                         .parts = projection,
                         .call = options,
                         .page = query.limit,
                         .scan_limit = limits_.scan_limit,
                         .expect_mixed_integrals = expect_mixed_integrals};
    auto rows = read_page(context, scan, query);
    found_mixed_integrals = context.found_mixed_integrals;
    return rows;
  };
  bool mixed = false;
  auto rows = read(ordered_scan, false, mixed);
  if (mixed) rows = read(ordered_scan, true, mixed);
  if (!rows && rows.error().code == ErrorCode::index_required) {
    auto collected = read(collected_scan, false, mixed);
    if (collected || collected.error().code != ErrorCode::scan_limit) rows = std::move(collected);
  }
  if (!rows && is_beyond_datastore(rows.error())) {
    rows = read(whole_scan, false, mixed);
    if (!rows && rows.error().code == ErrorCode::scan_limit) {
      return too_much_beyond_datastore(limits_.scan_limit);
    }
  }
  if (!rows) return rows.error();

  // The last is beyond the page if that is full.
  std::size_t bytes = 0;
  std::size_t shown = 0;
  const std::size_t most = std::min(query.limit, rows->size());
  for (; shown < most && bytes < query.max_bytes; ++shown) {
    const PageRow& page_row = (*rows)[shown];
    show(page_row.row.entity, page_row.data, projection, sink);
    bytes += page_row.bytes();
  }
  if (shown == rows->size()) return std::optional<Position>();
  Row& last = (*rows)[shown - 1].row;
  return std::optional(Position{std::move(last.sort_values), std::move(last.entity.id)});
}

}  // namespace dropzone::datastore
