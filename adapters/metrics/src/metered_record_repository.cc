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
                                                                 Deadline deadline) {
  return measured(metrics_, "write",
                  [&] { return inner_.write(std::move(writes), atomicity, deadline); });
}

Result<void> MeteredRecordRepository::find(const std::string& kind,
                                           std::span<const std::string> ids, Projection projection,
                                           const RecordSink& sink, Deadline deadline) {
  return measured(metrics_, "find",
                  [&] { return inner_.find(kind, ids, projection, sink, deadline); });
}

Result<std::optional<Position>> MeteredRecordRepository::query(const Query& query,
                                                               Projection projection,
                                                               const RecordSink& sink,
                                                               Deadline deadline) {
  return measured(metrics_, "query",
                  [&] { return inner_.query(query, projection, sink, deadline); });
}

Result<Aggregates> MeteredRecordRepository::aggregate(const AggregateQuery& query,
                                                      Deadline deadline) {
  return measured(metrics_, "aggregate", [&] { return inner_.aggregate(query, deadline); });
}

Result<std::vector<EraseStatus>> MeteredRecordRepository::erase(const std::string& kind,
                                                                std::span<const Erase> erases,
                                                                Deadline deadline) {
  return measured(metrics_, "erase", [&] { return inner_.erase(kind, erases, deadline); });
}

Result<void> MeteredRecordRepository::check(Deadline deadline) {
  return measured(metrics_, "check", [&] { return inner_.check(deadline); });
}

}  // namespace dropzone::metrics
