#include <dropzone/metrics/metered_record_repository.h>

#include <chrono>
#include <utility>

namespace dropzone::metrics {
namespace {

using std::chrono::steady_clock;

template <typename T>
void note(Metrics& metrics, std::string_view operation, steady_clock::time_point start,
          const Result<T>& result) {
  metrics.store_called(operation, steady_clock::now() - start, result ? nullptr : &result.error());
}

// A call that would have had to wait is repeated, and counted then.
template <typename T>
bool is_put_off(const Result<T>& result, const CallOptions& options) {
  return !options.may_wait && !result && result.error().code == ErrorCode::unavailable;
}

template <typename Call>
auto measured(Metrics& metrics, std::string_view operation, const CallOptions& options, Call call) {
  const auto start = steady_clock::now();
  auto result = call();
  if (!is_put_off(result, options)) note(metrics, operation, start, result);
  return result;
}

/// Measures a batch as one write: the time of its calls, not that in which its caller makes it.
class MeteredBatch final : public BatchWriter {
 public:
  MeteredBatch(std::unique_ptr<BatchWriter> inner, Metrics& metrics)
      : inner_(std::move(inner)), metrics_(metrics) {}

  void add(std::vector<Write> part) override {
    const auto start = steady_clock::now();
    inner_->add(std::move(part));
    added_ += steady_clock::now() - start;
  }

  Result<std::vector<WriteOutcome>> finish() override {
    const auto start = steady_clock::now();
    auto outcomes = inner_->finish();
    note(metrics_, "write", start - added_, outcomes);
    return outcomes;
  }

 private:
  const std::unique_ptr<BatchWriter> inner_;
  Metrics& metrics_;
  steady_clock::duration added_{};
};

}  // namespace

Result<std::vector<WriteOutcome>> MeteredRecordRepository::write(std::vector<Write> writes,
                                                                 Atomicity atomicity,
                                                                 const CallOptions& options) {
  return measured(metrics_, "write", options,
                  [&] { return inner_.write(std::move(writes), atomicity, options); });
}

Result<std::vector<WriteOutcome>> MeteredRecordRepository::write_with_receipts(
    std::vector<Write> writes, Atomicity atomicity, const Receipts& receipts,
    const CallOptions& options) {
  return measured(metrics_, "write", options, [&] {
    return inner_.write_with_receipts(std::move(writes), atomicity, receipts, options);
  });
}

void MeteredRecordRepository::write_async(std::vector<Write> writes, Atomicity atomicity,
                                          const CallOptions& options, WriteCompletion done) {
  inner_.write_async(std::move(writes), atomicity, options,
                     [&metrics = metrics_, start = steady_clock::now(),
                      done = std::move(done)](Result<std::vector<WriteOutcome>> outcomes) {
                       note(metrics, "write", start, outcomes);
                       done(std::move(outcomes));
                     });
}

std::unique_ptr<BatchWriter> MeteredRecordRepository::begin_batch(const CallOptions& options) {
  return std::make_unique<MeteredBatch>(inner_.begin_batch(options), metrics_);
}

Result<void> MeteredRecordRepository::find(const std::string& kind,
                                           std::span<const std::string> ids, Projection projection,
                                           const RecordSink& sink, const CallOptions& options) {
  return measured(metrics_, "find", options,
                  [&] { return inner_.find(kind, ids, projection, sink, options); });
}

Result<std::optional<Position>> MeteredRecordRepository::query(const Query& query,
                                                               Projection projection,
                                                               const RecordSink& sink,
                                                               const CallOptions& options) {
  return measured(metrics_, "query", options,
                  [&] { return inner_.query(query, projection, sink, options); });
}

Result<Aggregates> MeteredRecordRepository::aggregate(const AggregateQuery& query,
                                                      const CallOptions& options) {
  return measured(metrics_, "aggregate", options, [&] { return inner_.aggregate(query, options); });
}

Result<std::vector<EraseStatus>> MeteredRecordRepository::erase(const std::string& kind,
                                                                std::span<const Erase> erases,
                                                                const CallOptions& options) {
  return measured(metrics_, "erase", options, [&] { return inner_.erase(kind, erases, options); });
}

Result<void> MeteredRecordRepository::declare(std::shared_ptr<const Kind> kind,
                                              const CallOptions& options) {
  return measured(metrics_, "declare", options,
                  [&] { return inner_.declare(std::move(kind), options); });
}

Result<std::vector<std::string>> MeteredRecordRepository::kinds(const CallOptions& options) {
  return measured(metrics_, "kinds", options, [&] { return inner_.kinds(options); });
}

Result<void> MeteredRecordRepository::check(const CallOptions& options) {
  return measured(metrics_, "check", options, [&] { return inner_.check(options); });
}

}  // namespace dropzone::metrics
