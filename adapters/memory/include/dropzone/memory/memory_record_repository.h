#pragma once

#include <map>
#include <string>

#include <dropzone/mutex.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::memory {

/// Keeps records in memory; they are gone when it is destroyed. The executable specification of
/// RecordRepository: it answers every query, by the core's reference semantics and nothing else.
class MemoryRecordRepository final : public RecordRepository {
 public:
  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
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

  WriteOutcome write_one(Write write) DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] const Records& records_of(const std::string& kind) const
      DROPZONE_REQUIRES_SHARED(mutex_);
  /// Returns how many bytes were shown.
  static std::size_t show(const std::string& id, const Stored& stored, Projection projection,
                          const RecordSink& sink);

  mutable SharedMutex mutex_;
  std::map<std::string, Records> kinds_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::memory
