#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/mutex.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/store/write_decision.h>

namespace dropzone::memory {

/// Keeps records in memory; they are gone when it is destroyed. The executable specification of
/// RecordRepository: it answers every query, by the core's reference semantics and nothing else.
///
/// Example:
///
///     memory::MemoryRecordRepository repository;
///     DropZone zone({.repository = repository, .clock = clock, .ids = ids}, kinds);
class MemoryRecordRepository final : public RecordRepository {
 public:
  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                          const CallOptions& options) override;
  Result<std::vector<WriteOutcome>> write_with_receipts(std::vector<Write> writes,
                                                        Atomicity atomicity,
                                                        const Receipts& receipts,
                                                        const CallOptions& options) override;
  Result<void> find(const std::string& kind, std::span<const std::string> ids,
                    Projection projection, const RecordSink& sink,
                    const CallOptions& options) override;
  Result<std::optional<Position>> query(const Query& query, Projection projection,
                                        const RecordSink& sink,
                                        const CallOptions& options) override;
  Result<Aggregates> aggregate(const AggregateQuery& query, const CallOptions& options) override;
  Result<std::vector<EraseStatus>> erase(const std::string& kind, std::span<const Erase> erases,
                                         const CallOptions& options) override;
  Result<std::vector<std::string>> kinds(const CallOptions& options) override;
  Result<void> check(const CallOptions& options) override;
  [[nodiscard]] bool durable() const noexcept override { return false; }

 private:
  struct Stored {
    std::string original;
    Object data;
    std::string data_json;
    RecordMeta meta;
  };
  // Strings compare as unsigned char, so a map's order is the order of ids.
  using Records = std::map<std::string, Stored>;

  /// Records as they were before they were written, in that order: for going back.
  using Key = std::pair<std::string, std::string>;  ///< Kind and id.
  using Before = std::vector<std::pair<Key, std::optional<Stored>>>;

  std::vector<WriteOutcome> write_all(std::vector<Write> writes, Atomicity atomicity,
                                      Before& before) DROPZONE_REQUIRES(mutex_);
  WriteOutcome write_one(Write write) DROPZONE_REQUIRES(mutex_);
  static std::optional<PresentRecord> present_at(const Records& records,
                                                 Records::const_iterator found);
  void note(const Write& write, Before& before) const DROPZONE_REQUIRES(mutex_);
  /// Undoes what was noted since there were `kept` notes.
  void undo(Before& before, std::size_t kept) DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] const Records& records_of(const std::string& kind) const
      DROPZONE_REQUIRES_SHARED(mutex_);
  /// Returns how many bytes were shown.
  static std::size_t show(const std::string& id, const Stored& stored, Projection projection,
                          const RecordSink& sink);

  mutable SharedMutex mutex_;
  std::map<std::string, Records> kinds_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::memory
