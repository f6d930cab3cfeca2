#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <dropzone/query/filter.h>
#include <dropzone/store/record_repository.h>

#include "query/entity_sizes.h"
#include "query/query_json.h"
#include "query/row.h"
#include "rpc/keys.h"
#include "rpc/rpc.h"

namespace dropzone::datastore {

/// What all the reads for one request share.
struct QueryContext {
  RpcChannel& channel;
  const Partition& partition;
  EntitySizes& sizes;
  const std::string& kind;
  const Filter& filter;
  const std::vector<SortKey>& order;
  Projection parts;  ///< Of the records shown.
  CallOptions call;
  std::size_t page;        ///< How many records are wanted, or 0: all.
  std::size_t scan_limit;  ///< How many entities may be read.

  std::size_t scanned = 0;
  std::string read_time = {};  ///< Of the first read: all others are as of then.
  /// Whether integers and timestamps in one field must be expected, whatever our lists say.
  bool expect_mixed_integrals = false;
  bool found_mixed_integrals = false;
  bool keeps_rows = false;            ///< Whether what was read is kept until the end,
  std::vector<MemoryHold> kept = {};  ///< and so what it is charged with.

  /// Whether a filter or order has to be decided here, and so the data be read.
  [[nodiscard]] bool decides() const { return !filter.selects_all() || !order.empty(); }
};

/// The rows of one query of Datastore's, in its order, that the request's filter selects. Reads on
/// as rows are asked for. The context must outlive it.
[[nodiscard]] RowSourcePtr read_query(QueryContext& context, DatastoreQuery query);

/// As read_query(), for several queries in one order.
[[nodiscard]] RowSourcePtr read_queries(QueryContext& context, std::vector<QueryFilter> filters,
                                        const DatastoreQuery& form, RowOrder order);

/// Whether Datastore failed at what it was asked, rather than by a passing fault: so Google's
/// emulator does at a filter, an order or a figure over a field in which some entity has an array
/// of entities.
[[nodiscard]] bool is_beyond_datastore(const Error& error);

/// Why all records are not read in its place.
[[nodiscard]] Error too_much_beyond_datastore(std::size_t scan_limit);

/// Whether any record is found.
Result<bool> exists(QueryContext& context, const std::vector<Conjunct>& conjuncts);

/// All rows, in no order, each once.
Result<std::vector<Row>> read_all(QueryContext& context, std::vector<Conjunct> conjuncts);

}  // namespace dropzone::datastore
