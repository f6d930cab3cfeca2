#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <dropzone/store/record_repository.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/index_entries.h"

namespace dropzone::sqlite {

/// A text as a record names it: by the number of a shared one, or itself; nothing if there is
/// none.
using TextReference = std::variant<std::monostate, std::int64_t, std::string>;

void bind_text(Statement& statement, int parameter, const TextReference& text);

/// A write with everything that can be known of it before its transaction begins.
struct PreparedWrite {
  Write write;
  std::shared_ptr<const KindTables> kind;
  TextReference pipeline;
  TextReference timestamps;
  std::vector<IndexEntries> entries;  ///< For each of the kind's indexes.
};

}  // namespace dropzone::sqlite
