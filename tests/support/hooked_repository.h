#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/memory/memory_record_repository.h>

namespace dropzone::test {

/// A store in memory whose calls can be held up, or lose their answers.
class HookedRepository final : public RecordRepository {
 public:
  std::function<void()> before_find = [] {};
  std::function<void(const std::vector<Write>&)> before_write = [](const std::vector<Write>&) {};
  /// Is asked once a write is done: the error that its caller sees instead.
  std::function<std::optional<Error>()> after_write = [] { return std::nullopt; };
  std::function<void()> before_receipted = [] {};
  /// So many writes of a batch with receipts are stored, then the store is gone.
  std::optional<std::size_t> stored_of_receipted = std::nullopt;
  std::function<std::optional<Error>()> before_erase = [] { return std::nullopt; };
  /// The error that is answered instead of figures.
  std::function<std::optional<Error>(const AggregateQuery&)> before_aggregate =
      [](const AggregateQuery&) { return std::nullopt; };

  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                          const CallOptions& options) override {
    before_write(writes);
    auto written = memory_.write(std::move(writes), atomicity, options);
    if (auto lost = after_write()) return *std::move(lost);
    return written;
  }
  Result<std::vector<WriteOutcome>> write_with_receipts(std::vector<Write> writes,
                                                        Atomicity atomicity,
                                                        const Receipts& receipts,
                                                        const CallOptions& options) override {
    before_receipted();
    if (stored_of_receipted) {
      writes.erase(writes.begin() + static_cast<std::ptrdiff_t>(*stored_of_receipted),
                   writes.end());
      auto part = memory_.write_with_receipts(std::move(writes), atomicity, receipts, options);
      if (!part) return part;
      return Error{ErrorCode::unavailable, "The store is gone."};
    }
    auto written = memory_.write_with_receipts(std::move(writes), atomicity, receipts, options);
    if (auto lost = after_write()) return *std::move(lost);
    return written;
  }
  Result<void> find(const std::string& kind, std::span<const std::string> ids,
                    Projection projection, const RecordSink& sink,
                    const CallOptions& options) override {
    before_find();
    return memory_.find(kind, ids, projection, sink, options);
  }
  Result<std::optional<Position>> query(const Query& query, Projection projection,
                                        const RecordSink& sink,
                                        const CallOptions& options) override {
    return memory_.query(query, projection, sink, options);
  }
  Result<Aggregates> aggregate(const AggregateQuery& query, const CallOptions& options) override {
    if (auto refused = before_aggregate(query)) return *std::move(refused);
    return memory_.aggregate(query, options);
  }
  Result<std::vector<EraseStatus>> erase(const std::string& kind, std::span<const Erase> erases,
                                         const CallOptions& options) override {
    if (auto refused = before_erase()) return *std::move(refused);
    return memory_.erase(kind, erases, options);
  }
  Result<std::vector<std::string>> kinds(const CallOptions& options) override {
    return memory_.kinds(options);
  }
  Result<void> check(const CallOptions& options) override { return memory_.check(options); }
  [[nodiscard]] bool durable() const noexcept override { return false; }

 private:
  memory::MemoryRecordRepository memory_;
};

}  // namespace dropzone::test
