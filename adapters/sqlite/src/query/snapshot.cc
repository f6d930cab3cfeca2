#include "query/snapshot.h"

#include <utility>

namespace dropzone::sqlite {

// An index is complete in the file before the catalog says so, and is emptied only after the
// catalog has forgotten it. So if the catalog says the same before and after the state was taken,
// it is true of that state.
Result<Snapshot> Snapshot::of(Connection& connection, const Catalog& catalog,
                              const std::string& kind) {
  while (true) {
    auto tables = catalog.find_kind(kind);
    auto transaction = Transaction::begin_read(connection);
    if (!transaction) return std::move(transaction).error();
    // SQLite takes the state with the first statement that reads.
    if (auto read = connection.integer("SELECT kind FROM kinds LIMIT 1", 0); !read) {
      return std::move(read).error();
    }
    if (catalog.find_kind(kind) == tables)
      return Snapshot(std::move(tables), *std::move(transaction));
  }
}

}  // namespace dropzone::sqlite
