#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include <dropzone/result.h>
#include <dropzone/value/field_path.h>

#include "db/catalog.h"
#include "write/group_commit.h"
#include "write/record_writer.h"

namespace dropzone::sqlite {

/// Notes in the file which fields of a kind are indexed, creating its tables if there are none: a
/// new index is to be built, one that is not wanted any more to be dropped.
class DeclareJob final : public CommitJob {
 public:
  DeclareJob(RecordWriter& writer, std::string kind, std::set<FieldPath> fields, Deadline deadline)
      : writer_(writer), kind_(std::move(kind)), fields_(std::move(fields)), deadline_(deadline) {}

  Result<void> run() override;
  [[nodiscard]] std::size_t bytes() const noexcept override { return 1; }
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }

  /// Once it was committed.
  KindTables& tables() noexcept { return tables_; }

 private:
  RecordWriter& writer_;
  std::string kind_;
  std::set<FieldPath> fields_;
  Deadline deadline_;
  KindTables tables_;
};

/// Brings some records into an index that is being built, and notes how far it is. Whatever writers
/// do before and after, the index is right: they maintain the entries of all records, and this adds
/// those that a record lacks. Precondition: they know the index.
class FillJob final : public CommitJob {
 public:
  enum class Outcome : std::uint8_t {
    filled,    ///< Some, and there are more.
    complete,  ///< The index has all records.
    gone,      ///< It is not an index of the kind any more.
  };

  /// Writer, kind and index must outlive it. Brings in `records` at most, fewer if they take long.
  FillJob(RecordWriter& writer, const KindTables& kind, const FieldIndex& index,
          std::int64_t records)
      : writer_(writer), kind_(kind), index_(index), records_(records) {}

  Result<void> run() override;
  [[nodiscard]] std::size_t bytes() const noexcept override;
  [[nodiscard]] Deadline deadline() const noexcept override { return kNoDeadline; }

  // Once it was committed.
  /// An error is a record's that cannot be read; the index is not further than before then.
  [[nodiscard]] const Result<Outcome>& outcome() const noexcept { return outcome_; }
  [[nodiscard]] std::int64_t done() const noexcept { return done_; }
  [[nodiscard]] std::int64_t total() const noexcept { return total_; }

 private:
  Result<bool> find_place();
  Result<void> fill();
  Result<void> note_place();

  RecordWriter& writer_;
  const KindTables& kind_;
  const FieldIndex& index_;
  const std::int64_t records_;
  Result<Outcome> outcome_ = Outcome::gone;
  std::string place_;  ///< The id of the last record that is in the index.
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

/// Drops some entries of an index that is to be dropped.
class DropJob final : public CommitJob {
 public:
  explicit DropJob(RecordWriter& writer) : writer_(writer) {}
  Result<void> run() override;
  [[nodiscard]] std::size_t bytes() const noexcept override;
  [[nodiscard]] Deadline deadline() const noexcept override { return kNoDeadline; }

  /// Whether there may be more to drop.
  [[nodiscard]] bool dropped() const noexcept { return dropped_; }

 private:
  RecordWriter& writer_;
  bool dropped_ = false;
};

}  // namespace dropzone::sqlite
