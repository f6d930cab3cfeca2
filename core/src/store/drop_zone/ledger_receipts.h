#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <dropzone/store/store_ledger.h>

namespace dropzone {

/// The entries of a ledger as the receipts of a batch of one write for each record.
class LedgerReceipts final : public Receipts {
 public:
  /// The result of the record of this index for an outcome of its write.
  using ResultOf = std::function<StoreResult(std::size_t index, const WriteOutcome& outcome)>;

  /// The batch begins with the record at `first_record`. The ledger must outlive it.
  LedgerReceipts(const StoreLedger& ledger, std::size_t first_record, ResultOf result_of)
      : ledger_(ledger), first_record_(first_record), result_of_(std::move(result_of)) {}

  [[nodiscard]] std::string kind() const override { return ledger_.kind(); }
  [[nodiscard]] std::string id(std::size_t first) const override {
    return ledger_.id(first_record_ + first);
  }
  [[nodiscard]] Write receipt(std::size_t first,
                              std::span<const WriteOutcome> outcomes) const override {
    std::vector<StoreResult> results;
    results.reserve(outcomes.size());
    for (const WriteOutcome& outcome : outcomes) {
      results.push_back(result_of_(first_record_ + first + results.size(), outcome));
    }
    return ledger_.entry(first_record_ + first, results);
  }

 private:
  const StoreLedger& ledger_;
  const std::size_t first_record_;
  const ResultOf result_of_;
};

}  // namespace dropzone
