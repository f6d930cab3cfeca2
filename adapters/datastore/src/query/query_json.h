#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "query/filter_plan.h"
#include "rpc/keys.h"

namespace dropzone::datastore {

/// A query of Datastore's.
struct DatastoreQuery {
  std::string kind;
  QueryFilter filter{Conjunct{}};
  std::string order = {};  ///< A property path or `__key__`; empty: as it comes.
  bool descending = false;
  bool keys_only = false;
  std::optional<std::string> after_key =
      {};  ///< Only keys beyond this id, in the query's direction.
  std::string start_cursor = {};
  std::size_t limit = 0;  ///< 0: none.
};

/// Appends the query's JSON object.
void append_query(std::string& out, const Partition& partition, const DatastoreQuery& query);

/// Appends `"readOptions":{…},` for reading as of a time, or nothing if it is empty.
void append_read_time(std::string& out, std::string_view read_time);

}  // namespace dropzone::datastore
