#include <dropzone/metrics/metered_record_repository.h>

#include <chrono>
#include <utility>

namespace dropzone::metrics {
namespace {

template <typename Call>
auto measured(Metrics& metrics, std::string_view operation, Call call) {
  const auto start = std::chrono::steady_clock::now();
  auto result = call();
  metrics.store_called(operation, std::chrono::steady_clock::now() - start,
                       result ? nullptr : &result.error());
  return result;
}

}  // namespace

Result<std::vector<WriteOutcome>> MeteredRecordRepository::write(std::vector<Write> writes,
                                                                 Atomicity atomicity,
                                                                 const CallOptions& options) {
  return measured(metrics_, "write",
                  [&] { return inner_.write(std::move(writes), atomicity, options); });
}

Result<void> MeteredRecordRepository::find(const std::string& kind,
                                           std::span<const std::string> ids, Projection projection,
                                           const RecordSink& sink, const CallOptions& options) {
  return measured(metrics_, "find",
                  [&] { return inner_.find(kind, ids, projection, sink, options); });
}

Result<std::optional<Position>> MeteredRecordRepository::query(const Query& query,
                                                               Projection projection,
                                                               const RecordSink& sink,
                                                               const CallOptions& options) {
  return measured(metrics_, "query",
                  [&] { return inner_.query(query, projection, sink, options); });
}

Result<Aggregates> MeteredRecordRepository::aggregate(const AggregateQuery& query,
                                                      const CallOptions& options) {
  return measured(metrics_, "aggregate", [&] { return inner_.aggregate(query, options); });
}

Result<std::vector<EraseStatus>> MeteredRecordRepository::erase(const std::string& kind,
                                                                std::span<const Erase> erases,
                                                                const CallOptions& options) {
  return measured(metrics_, "erase", [&] { return inner_.erase(kind, erases, options); });
}

Result<std::vector<std::string>> MeteredRecordRepository::kinds(const CallOptions& options) {
  return measured(metrics_, "kinds", [&] { return inner_.kinds(options); });
}

Result<void> MeteredRecordRepository::check(const CallOptions& options) {
  return measured(metrics_, "check", [&] { return inner_.check(options); });
}

}  // namespace dropzone::metrics
