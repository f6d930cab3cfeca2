#pragma once

#include <functional>
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
  WriteJob(RecordWriter& writer, std::vector<PreparedWrite> writes, Atomicity atomicity,
           Deadline deadline);
  Result<void> run() override;
  [[nodiscard]] std::size_t bytes() const noexcept override { return bytes_; }
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }

  /// Once it was run: in the order of the writes.
  std::vector<WriteOutcome>& outcomes() noexcept { return outcomes_; }

 private:
  Result<void> run_partial();
  Result<void> run_atomic();

  RecordWriter& writer_;
  std::vector<PreparedWrite> writes_;
  Atomicity atomicity_;
  Deadline deadline_;
  std::size_t bytes_ = 0;
  std::vector<WriteOutcome> outcomes_;
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
