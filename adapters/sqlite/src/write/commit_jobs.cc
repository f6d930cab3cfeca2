#include "write/commit_jobs.h"

#include <algorithm>
#include <numeric>

#include "write/names_job.h"

namespace dropzone::sqlite {
namespace {

constexpr std::size_t kBytesPerErase = 4'096;

bool is_joined(const PreparedWrite& prepared) { return prepared.write.joined; }

}  // namespace

WriteJob::WriteJob(RecordWriter& writer, std::vector<PreparedWrite> writes, Atomicity atomicity,
                   Deadline deadline, const Receipts* receipts)
    : writer_(writer),
      writes_(std::move(writes)),
      atomicity_(atomicity),
      deadline_(deadline),
      receipts_(receipts),
      count_(writes_.size() - (receipts ? 1 : 0)) {
  for (const PreparedWrite& prepared : writes_) {
    bytes_ += prepared.write.original.size() + prepared.write.data_json.size();
  }
}

Result<void> WriteJob::run() {
  DROPZONE_CHECK(run_unflushed());
  return writer_.indexes().flush();
}

Result<void> WriteJob::run_unflushed() {
  refresh_entries(writes_, writer_.catalog());
  outcomes_.assign(count_, {});
  refusal_.reset();
  return receipts_ ? run_with_receipt() : run_all();
}

Result<void> WriteJob::run_with_receipt() {
  DROPZONE_CHECK(writer_.begin_part());
  DROPZONE_CHECK(run_all());
  DROPZONE_CHECK(write_receipt());
  return refusal_ ? writer_.undo_part() : writer_.end_part();
}

Result<void> WriteJob::run_all() {
  const bool all_joined = atomicity_ == Atomicity::atomic;
  if (!all_joined && std::ranges::none_of(writes_, is_joined)) return run_sorted();
  for (std::size_t first = 0; first < count_;) {
    std::size_t end = first + 1;
    while (end < count_ && (all_joined || is_joined(writes_[end]))) ++end;
    DROPZONE_CHECK(run_group(first, end));
    first = end;
  }
  return {};
}

// In the order of the records' b-tree, so that each of its pages is visited once.
Result<void> WriteJob::run_sorted() {
  std::vector<std::size_t> order(count_);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Writes of one record stay in the order of the request.
  std::ranges::stable_sort(
      order, {}, [this](std::size_t i) -> const std::string& { return writes_[i].write.id; });
  for (const std::size_t i : order) DROPZONE_CHECK(run_group(i, i + 1));
  return {};
}

Result<void> WriteJob::run_group(std::size_t first, std::size_t end) {
  // A refused record has changed nothing, so a group of one needs nothing to be undone.
  const bool is_part = end - first > 1;
  if (is_part) DROPZONE_CHECK(writer_.begin_part());
  for (std::size_t i = first; i < end; ++i) {
    DROPZONE_TRY(outcomes_[i], writer_.write(writes_[i]));
    if (!is_part || outcomes_[i].status != WriteStatus::refused) continue;
    std::fill(outcomes_.begin() + static_cast<std::ptrdiff_t>(first),
              outcomes_.begin() + static_cast<std::ptrdiff_t>(i), WriteOutcome{});
    return writer_.undo_part();
  }
  return is_part ? writer_.end_part() : Result<void>();
}

Result<void> WriteJob::write_receipt() {
  PreparedWrite& receipt = writes_.back();
  receipt.write = receipts_->receipt(0, outcomes_);
  complete(receipt, writer_.catalog());
  DROPZONE_TRY(WriteOutcome outcome, writer_.write(receipt));
  if (outcome.status == WriteStatus::refused) refusal_ = std::move(outcome.error);
  return {};
}

Result<void> EraseJob::run() {
  statuses_.clear();
  statuses_.reserve(erases_.size());
  const auto kind = writer_.catalog().find_kind(kind_);
  for (const Erase& erase : erases_) {
    auto status = writer_.erase(*kind, erase);
    if (!status) return std::move(status).error();
    statuses_.push_back(*status);
  }
  return writer_.indexes().flush();
}

std::size_t EraseJob::bytes() const noexcept { return erases_.size() * kBytesPerErase; }

}  // namespace dropzone::sqlite
