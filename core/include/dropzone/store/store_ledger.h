#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/record_repository.h>

namespace dropzone {

/// Keeps an account of a request next to its records: entries that say what became of them, each
/// committed in the same transaction as the records that it reports. See Receipts.
class StoreLedger {
 public:
  virtual ~StoreLedger() = default;

  /// The kind of all entries, and the id of the entry that begins with the record at `first`.
  [[nodiscard]] virtual std::string kind() const = 0;
  [[nodiscard]] virtual std::string id(std::size_t first) const = 0;

  /// The entry for these results, those of the records from `first` on. They have no data, and no
  /// id if the record itself names it. As quick as Receipts::receipt().
  [[nodiscard]] virtual Write entry(std::size_t first,
                                    std::span<const StoreResult> results) const = 0;
};

/// How a request with a ledger is stored.
struct LedgerRun {
  const StoreLedger& ledger;
  /// What became of the first records at an earlier attempt, as the ledger's entries say. They are
  /// not stored again.
  std::vector<StoreResult> done = {};
  /// The version of the kind by which records are transformed; null: the deployed one.
  std::shared_ptr<const Kind> kind = nullptr;
};

}  // namespace dropzone
