#pragma once

#include <dropzone/metrics/metrics.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::metrics {

/// Measures each call of another repository, which does everything else.
class MeteredRecordRepository final : public RecordRepository {
 public:
  /// Both must outlive it.
  MeteredRecordRepository(RecordRepository& inner, Metrics& metrics)
      : inner_(inner), metrics_(metrics) {}

  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                          const CallOptions& options) override;
  Result<std::vector<WriteOutcome>> write_with_receipts(std::vector<Write> writes,
                                                        Atomicity atomicity,
                                                        const Receipts& receipts,
                                                        const CallOptions& options) override;
  void write_async(std::vector<Write> writes, Atomicity atomicity, const CallOptions& options,
                   WriteCompletion done) override;
  std::unique_ptr<BatchWriter> begin_batch(const CallOptions& options) override;
  Result<void> find(const std::string& kind, std::span<const std::string> ids,
                    Projection projection, const RecordSink& sink,
                    const CallOptions& options) override;
  Result<std::optional<Position>> query(const Query& query, Projection projection,
                                        const RecordSink& sink,
                                        const CallOptions& options) override;
  void begin_reads() noexcept override { inner_.begin_reads(); }
  void end_reads() noexcept override { inner_.end_reads(); }
  Result<Aggregates> aggregate(const AggregateQuery& query, const CallOptions& options) override;
  Result<std::vector<EraseStatus>> erase(const std::string& kind, std::span<const Erase> erases,
                                         const CallOptions& options) override;
  Result<void> declare(std::shared_ptr<const Kind> kind, const CallOptions& options) override;
  [[nodiscard]] std::vector<IndexBuild> builds() const override { return inner_.builds(); }
  Result<std::vector<std::string>> kinds(const CallOptions& options) override;
  Result<void> check(const CallOptions& options) override;
  [[nodiscard]] bool durable() const noexcept override { return inner_.durable(); }

 private:
  RecordRepository& inner_;
  Metrics& metrics_;
};

}  // namespace dropzone::metrics
