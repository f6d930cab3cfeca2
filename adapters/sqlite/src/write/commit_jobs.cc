#include "write/commit_jobs.h"

#include <algorithm>

#include "write/names_job.h"

namespace dropzone::sqlite {
namespace {

constexpr std::size_t kBytesPerErase = 4'096;

}  // namespace

WriteJob::WriteJob(RecordWriter& writer, std::vector<PreparedWrite> writes, Atomicity atomicity,
                   Deadline deadline)
    : writer_(writer), writes_(std::move(writes)), atomicity_(atomicity), deadline_(deadline) {
  for (const PreparedWrite& prepared : writes_) {
    bytes_ += prepared.write.original.size() + prepared.write.data_json.size();
  }
}

Result<void> WriteJob::run() {
  refresh_entries(writes_, writer_.catalog());
  outcomes_.clear();
  outcomes_.reserve(writes_.size());
  // A refused record has changed nothing, so a batch of one needs nothing to be undone.
  return atomicity_ == Atomicity::atomic && writes_.size() > 1 ? run_atomic() : run_partial();
}

Result<void> WriteJob::run_partial() {
  for (const PreparedWrite& prepared : writes_) {
    auto outcome = writer_.write(prepared);
    if (!outcome) return std::move(outcome).error();
    outcomes_.push_back(*std::move(outcome));
  }
  return {};
}

Result<void> WriteJob::run_atomic() {
  if (auto begun = writer_.begin_part(); !begun) return begun;
  for (const PreparedWrite& prepared : writes_) {
    auto outcome = writer_.write(prepared);
    if (!outcome) return std::move(outcome).error();
    outcomes_.push_back(*std::move(outcome));
    if (outcomes_.back().status != WriteStatus::refused) continue;
    std::fill(outcomes_.begin(), outcomes_.end() - 1, WriteOutcome{});
    outcomes_.resize(writes_.size());
    return writer_.undo_part();
  }
  return writer_.end_part();
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
  return {};
}

std::size_t EraseJob::bytes() const noexcept { return erases_.size() * kBytesPerErase; }

}  // namespace dropzone::sqlite
