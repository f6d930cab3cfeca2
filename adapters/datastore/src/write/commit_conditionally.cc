#include <algorithm>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "write/commit_writes.h"
#include "write/conditional_commit.h"
#include "write/refusal.h"
#include "write/write_plan.h"

namespace dropzone::datastore {
namespace {

class WriteChanges final : public Changes {
 public:
  WriteChanges(const Partition& partition, PendingWrites writes, BatchReceipts* receipts)
      : partition_(partition), writes_(std::move(writes)), receipts_(receipts) {}

  [[nodiscard]] std::set<StateKey> keys() const override {
    std::set<StateKey> keys;
    for (const PendingWrite* const write : writes_) keys.insert(key_of(*write));
    if (auto key = witness()) keys.insert(*std::move(key));
    return keys;
  }

  [[nodiscard]] bool name_versions() const override {
    return std::ranges::any_of(writes_, [](const PendingWrite* write) {
      const auto& version = write->write->if_version;
      return version && *version != "*";
    });
  }

  [[nodiscard]] std::optional<StateKey> witness() const override {
    if (!receipts_) return std::nullopt;
    return StateKey(receipts_->receipts.kind(), receipts_->receipts.id(first()));
  }

  Mutations plan(const States& there, Versions& planned) override {
    WritePlan plan(partition_, there);
    for (std::size_t begin = 0; begin < writes_.size();) {
      const std::size_t end = end_of_group(writes_, begin);
      plan.add(std::span(writes_).subspan(begin, end - begin));
      begin = end;
    }
    if (receipts_ && !add_receipt(plan)) return {};
    plan.add_versions(planned);
    return plan.mutations();
  }

  // Cut between two groups, in the middle or later.
  [[nodiscard]] std::vector<std::unique_ptr<Changes>> halves() override {
    std::vector<std::unique_ptr<Changes>> parts;
    std::size_t middle = writes_.size() / 2;
    while (middle > 0 && middle < writes_.size() && writes_[middle]->write->joined) ++middle;
    if (middle == 0 || middle == writes_.size()) return parts;
    const auto cut = writes_.begin() + static_cast<std::ptrdiff_t>(middle);
    for (PendingWrites part :
         {PendingWrites(writes_.begin(), cut), PendingWrites(cut, writes_.end())}) {
      parts.push_back(std::make_unique<WriteChanges>(partition_, std::move(part), receipts_));
    }
    return parts;
  }

  Result<bool> refuse(const CommitContext& context, const RpcReply& reply) override {
    DROPZONE_CHECK(refuse_unacceptable(context, writes_, reply));
    if (receipts_) return true;
    for (PendingWrite* const write : writes_) {
      if (!write->fault) *write->outcome = {};
    }
    return false;
  }

 private:
  /// The place of the first write in its batch.
  [[nodiscard]] std::size_t first() const {
    return static_cast<std::size_t>(writes_.front()->write - receipts_->batch);
  }

  // Nothing is done if it is refused.
  bool add_receipt(WritePlan& plan) {
    const std::span<WriteOutcome> outcomes(writes_.front()->outcome, writes_.size());
    WriteOutcome outcome;
    if (!receipts_->refusal) {
      Write receipt = receipts_->receipts.receipt(first(), outcomes);
      PendingWrite pending = encode_write(partition_, receipt, outcome);
      PendingWrite* const group = &pending;
      plan.add(std::span(&group, 1));
      if (outcome.status != WriteStatus::refused) return true;
      receipts_->refusal = std::move(outcome.error);
    }
    std::ranges::fill(outcomes, WriteOutcome{});
    return false;
  }

  const Partition& partition_;
  const PendingWrites writes_;
  BatchReceipts* const receipts_;
};

// Whether what is written depends on what is not: on a record that is skipped, or one that is
// created and erased at once. Nothing is written of them that could carry a condition.
bool needs_locks(const PendingWrites& writes) {
  const auto is_joined = [](const PendingWrite* write) { return write->write->joined; };
  const auto is_erasing = [](const PendingWrite* write) { return write->write->erases; };
  if (!std::ranges::any_of(writes, is_joined)) return false;
  return any_skips(writes) || (std::ranges::any_of(writes, is_erasing) && have_duplicates(writes));
}

}  // namespace

Result<void> commit_conditionally(const CommitContext& context, PendingWrites writes,
                                  BatchReceipts* receipts) {
  const Reading reading = needs_locks(writes) ? Reading::locked : Reading::free;
  WriteChanges changes(context.partition, std::move(writes), receipts);
  auto done = commit_changes(context, changes, reading);
  if (done && receipts && receipts->refusal) return *std::move(receipts->refusal);
  return done;
}

}  // namespace dropzone::datastore
