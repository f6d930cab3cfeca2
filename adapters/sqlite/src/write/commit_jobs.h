#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "write/group_commit.h"
#include "write/prepared_write.h"
#include "write/record_writer.h"

namespace dropzone::sqlite {

/// Writes a batch.
class WriteJob final : public CommitJob {
 public:
  /// With receipts, which must outlive it, its last write stands for the receipt: it has no more
  /// than its kind.
  WriteJob(RecordWriter& writer, std::vector<PreparedWrite> writes, Atomicity atomicity,
           Deadline deadline, const Receipts* receipts = nullptr);
  Result<void> run() override;
  /// The same, but index entries are still to be flushed.
  Result<void> run_unflushed();
  [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }

  // Once it was run.
  /// In the order of the writes, without the receipt.
  std::vector<WriteOutcome>& outcomes() noexcept { return outcomes_; }
  std::vector<PreparedWrite>& writes() noexcept { return writes_; }
  /// Why the receipt was refused, and so nothing written, if it was.
  std::optional<Error>& refusal() noexcept { return refusal_; }

 private:
  Result<void> run_with_receipt();
  Result<void> run_all();
  Result<void> run_sorted();
  Result<void> run_group(std::size_t first, std::size_t end);
  Result<void> write_receipt();

  RecordWriter& writer_;
  std::vector<PreparedWrite> writes_;
  Atomicity atomicity_;
  Deadline deadline_;
  const Receipts* receipts_;
  std::size_t count_ = 0;  ///< Of the writes without the receipt.
  std::size_t bytes_ = 0;
  std::vector<WriteOutcome> outcomes_;
  std::optional<Error> refusal_;
};

/// Erases a batch.
class EraseJob final : public CommitJob {
 public:
  /// Precondition: the catalog knows the kind.
  EraseJob(RecordWriter& writer, std::string_view kind, std::span<const Erase> erases,
           Deadline deadline)
      : writer_(writer), kind_(kind), erases_(erases), deadline_(deadline) {}
  Result<void> run() override;
  [[nodiscard]] std::size_t bytes() const noexcept override;
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }

  /// Once it was run: in the order of the erases.
  std::vector<EraseStatus>& statuses() noexcept { return statuses_; }

 private:
  RecordWriter& writer_;
  std::string_view kind_;
  std::span<const Erase> erases_;
  Deadline deadline_;
  std::vector<EraseStatus> statuses_;
};

/// Does something small.
class SmallJob final : public CommitJob {
 public:
  SmallJob(std::function<Result<void>()> work, Deadline deadline)
      : work_(std::move(work)), deadline_(deadline) {}
  Result<void> run() override { return work_(); }
  [[nodiscard]] std::size_t bytes() const noexcept override { return 1; }
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }

 private:
  std::function<Result<void>()> work_;
  Deadline deadline_;
};

}  // namespace dropzone::sqlite
