#pragma once

#include <cstddef>
#include <memory>

#include <dropzone/store/record_repository.h>

namespace dropzone::datastore {

/// Lets calls that arrive together share the round trips of another repository: insertions leave as
/// one write, look-ups of few ids as one find. A single call is passed on at once; only
/// while some are in progress do others gather. Each caller gets its own outcomes, waits no longer
/// than its own deadline, and its conflicts are its own.
class BatchingRecordRepository final : public RecordRepository {
 public:
  struct Limits {
    std::size_t records = 500;         ///< In one write.
    std::size_t bytes = 4u << 20;      ///< Of originals and data in one write.
    std::size_t ids = 1'000;           ///< In one find.
    std::size_t writes_under_way = 4;  ///< Before others gather.
    std::size_t finds_under_way = 4;   ///< The same.
  };

  explicit BatchingRecordRepository(std::unique_ptr<RecordRepository> inner);
  BatchingRecordRepository(std::unique_ptr<RecordRepository> inner, Limits limits);
  ~BatchingRecordRepository() override;

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
  Result<void> declare(std::shared_ptr<const Kind> kind, const CallOptions& options) override;
  [[nodiscard]] std::vector<IndexBuild> builds() const override;
  Result<std::vector<std::string>> kinds(const CallOptions& options) override;
  Result<void> check(const CallOptions& options) override;
  [[nodiscard]] bool durable() const noexcept override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dropzone::datastore
