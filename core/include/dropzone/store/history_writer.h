#pragma once

#include <memory>
#include <span>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/id_source.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/digest.h>

namespace dropzone {

class Turns;

/// Writes and erases the records of kinds, and keeps the originals that go if the kind has a
/// history.
///
/// An original that is replaced by other bytes, or deleted, becomes an entry of the record's
/// history in the same transaction: what is there is read, and replaced on the condition that it is
/// still there. Whoever loses against another writer reads again. So no original is lost or kept
/// twice, whatever crashes and however many write. Entries beyond the kind's number go with the
/// same transaction; those beyond its age, see `expiresAt` in Retention. A replacement by the same
/// bytes keeps nothing, since nothing goes.
///
/// A kind without a history is written as if by the repository alone. Thread-safe.
class HistoryWriter {
 public:
  struct Ports {
    RecordRepository& repository;
    Clock& clock;
    IdSource& ids;
    const Digest* digest = nullptr;  ///< Without one, nothing can be written that keeps a history.
  };

  /// The ports must outlive it.
  explicit HistoryWriter(Ports ports);
  ~HistoryWriter();
  HistoryWriter(const HistoryWriter&) = delete;
  HistoryWriter& operator=(const HistoryWriter&) = delete;

  /// Whether write() reads before it writes.
  [[nodiscard]] static bool reads_first(const Kind& kind, IfExists if_exists) noexcept {
    return kind.history() && if_exists == IfExists::replace;
  }

  /// RecordRepository::write(), or write_with_receipts() if there are any, for a batch of writes to
  /// records of the kind; among them may be others that do not replace. None is joined. A large
  /// partial batch is written in parts: after a failure the first ones may be done.
  Result<std::vector<WriteOutcome>> write(const Kind& kind, std::vector<Write> writes,
                                          Atomicity atomicity, const Receipts* receipts,
                                          const CallOptions& options);

  /// RecordRepository::erase().
  Result<std::vector<EraseStatus>> erase(const Kind& kind, std::span<const Erase> erases,
                                         const CallOptions& options);

 private:
  class Run;

  Ports ports_;
  std::unique_ptr<Turns> turns_;  ///< Of those who lost against other writers.
};

}  // namespace dropzone
