#include <algorithm>
#include <utility>

#include <dropzone/store/drop_zone.h>

#include "store/drop_zone/batch.h"
#include "store/drop_zone/ledger_receipts.h"
#include "store/drop_zone/reject_counter.h"
#include "store/drop_zone/turns.h"

namespace dropzone {
namespace {

void count(StoreReport& report, StoreStatus status) {
  switch (status) {
    case StoreStatus::stored: ++report.stored; break;
    case StoreStatus::replaced: ++report.replaced; break;
    case StoreStatus::skipped: ++report.skipped; break;
    case StoreStatus::rejected: ++report.rejected; break;
    case StoreStatus::aborted: break;
  }
}

StoreStatus status_of(WriteStatus status) {
  switch (status) {
    case WriteStatus::created: return StoreStatus::stored;
    case WriteStatus::replaced: return StoreStatus::replaced;
    case WriteStatus::skipped: return StoreStatus::skipped;
    case WriteStatus::refused: return StoreStatus::rejected;
    case WriteStatus::aborted:
    case WriteStatus::erased: return StoreStatus::aborted;
  }
  return StoreStatus::aborted;
}

bool is_kept(const WriteOutcome& outcome) {
  return outcome.status == WriteStatus::created || is_there_already(outcome);
}

void complete(StoreResult& result, WriteOutcome outcome) {
  if (result.status == StoreStatus::rejected) {
    // The write kept the reject, or it is there already; else there is no id to ask for it.
    if (!is_kept(outcome)) result.reject_id.clear();
    return;
  }
  result.status = status_of(outcome.status);
  if (result.status == StoreStatus::rejected) result.error = std::move(outcome.error);
  result.meta.created_at = outcome.created_at;
  result.meta.updated_at = std::max(result.meta.updated_at, outcome.created_at);
  if (result.status != StoreStatus::stored && result.status != StoreStatus::replaced) {
    result.data.clear();
  }
}

/// Reports what became of a record at an earlier attempt. `result` is what its bytes make now.
void adopt(StoreResult& result, StoreResult earlier) {
  const bool same_refusal = result.status == StoreStatus::rejected &&
                            earlier.status == StoreStatus::rejected &&
                            result.error.code == earlier.error.code;
  if (!same_refusal) result.error = std::move(earlier.error);
  result.status = earlier.status;
  result.reject_id = std::move(earlier.reject_id);
  if (!earlier.id.empty()) result.id = std::move(earlier.id);
  const bool is_stored =
      result.status == StoreStatus::stored || result.status == StoreStatus::replaced;
  if (!is_stored) {
    result.data.clear();
  } else if (result.data.empty()) {
    result.data = "{}";  // A step that is not deterministic refuses now what it took before.
  }
}

}  // namespace

std::string_view status_name(StoreStatus status) noexcept {
  switch (status) {
    case StoreStatus::stored: return "stored";
    case StoreStatus::replaced: return "replaced";
    case StoreStatus::skipped: return "skipped";
    case StoreStatus::rejected: return "rejected";
    case StoreStatus::aborted: return "aborted";
  }
  return "";
}

DropZone::DropZone(Ports ports, KindCatalog kinds, RecordLimits limits)
    : ports_(ports),
      kinds_(std::make_shared<const KindCatalog>(std::move(kinds))),
      limits_(limits),
      writer_({.repository = ports.repository,
               .clock = ports.clock,
               .ids = ports.ids,
               .digest = ports.digest}),
      turns_(std::make_unique<Turns>()),
      counter_(ports.digest ? std::make_unique<RejectCounter>(ports.repository) : nullptr) {}

DropZone::~DropZone() = default;

Result<StoreReport> DropZone::store(StoreRequest request, const CallOptions& options) {
  const auto kind = kinds()->find(request.kind);
  if (!kind) return kind.error();
  const bool whole = request.atomicity == Atomicity::atomic ||
                     HistoryWriter::reads_first(**kind, request.if_exists);
  auto batch =
      admit_all(**kind, std::move(request), whole ? Passing::whole : Passing::in_parts, options);
  if (!batch) return std::move(batch).error();
  auto outcomes = write(**kind, *batch, options);
  if (!outcomes) return std::move(outcomes).error();
  auto repeated = batch->take_repeated(*outcomes);
  if (!repeated.empty()) counter_->count(std::move(repeated));
  return conclude(*std::move(batch), *std::move(outcomes));
}

Result<std::vector<WriteOutcome>> DropZone::write(const Kind& kind, Batch& batch,
                                                  const CallOptions& options) {
  if (batch.begun) {
    if (!batch.writes.empty()) batch.pass_on();
    return std::exchange(batch.begun, nullptr)->finish();  // It has the writes until then.
  }
  if (batch.writes.empty()) return std::vector<WriteOutcome>();
  return writer_.write(kind, std::move(batch.writes), batch.atomicity, nullptr, options);
}

Result<StoreReport> DropZone::store_with_ledger(StoreRequest request, LedgerRun run,
                                                const CallOptions& options) {
  if (!run.kind) {
    DROPZONE_TRY(run.kind, kinds()->find(request.kind));
  }
  DROPZONE_TRY(Batch batch, admit_all(*run.kind, std::move(request), Passing::whole, options));
  std::vector<StoreResult>& results = batch.report.results;
  const std::size_t done = std::min(run.done.size(), results.size());
  for (std::size_t i = 0; i < done; ++i) adopt(results[i], std::move(run.done[i]));
  if (done == results.size()) {
    for (const StoreResult& result : results) count(batch.report, result.status);
    return std::move(batch.report);
  }
  DROPZONE_TRY(auto outcomes, write_rest(*run.kind, batch, run.ledger, done, options));
  auto repeated = batch.take_repeated(outcomes);
  if (!repeated.empty()) counter_->count(std::move(repeated));
  return conclude(std::move(batch), std::move(outcomes));
}

// Stores the records from `done` on. The outcomes are those of all writes of the batch.
Result<std::vector<WriteOutcome>> DropZone::write_rest(const Kind& kind, Batch& batch,
                                                       const StoreLedger& ledger, std::size_t done,
                                                       const CallOptions& options) {
  const auto result_of = [&batch](std::size_t index, const WriteOutcome& outcome) {
    const StoreResult& result = batch.report.results[index];
    StoreResult reported{.status = result.status,
                         .line = {},
                         .id = batch.names_id[index] ? std::string() : result.id,
                         .data = {},
                         .meta = {},
                         .reject_id = result.reject_id,
                         .error = result.error,
                         .rounded = {}};
    complete(reported, outcome);
    return reported;
  };
  const LedgerReceipts receipts(ledger, done, result_of);
  std::vector<WriteOutcome> outcomes(batch.report.results.size());
  if (batch.writes.empty()) {  // An atomic batch that the pipeline refused.
    std::vector<Write> entry;
    entry.push_back(receipts.receipt(0, outcomes));
    DROPZONE_TRY(auto written,
                 ports_.repository.write(std::move(entry), Atomicity::atomic, options));
    if (written[0].status == WriteStatus::refused) return std::move(written[0].error);
    return std::vector<WriteOutcome>();
  }
  batch.writes.erase(batch.writes.begin(),
                     batch.writes.begin() + static_cast<std::ptrdiff_t>(done));
  for (std::size_t i = 0; i < done; ++i) batch.write_of[i] = Batch::kNoWrite;
  DROPZONE_TRY(auto rest,
               writer_.write(kind, std::move(batch.writes), batch.atomicity, &receipts, options));
  std::ranges::move(rest, outcomes.begin() + static_cast<std::ptrdiff_t>(done));
  return outcomes;
}

void DropZone::store_async(StoreRequest request, const CallOptions& options, StoreCompletion done) {
  const auto kind = kinds()->find(request.kind);
  if (kind && HistoryWriter::reads_first(**kind, request.if_exists)) {
    done(store(std::move(request), options));
    return;
  }
  auto admitted = kind ? admit_all(**kind, std::move(request), Passing::whole, options)
                       : Result<Batch>(kind.error());
  if (!admitted) {
    done(std::move(admitted).error());
    return;
  }
  if (admitted->writes.empty()) {
    done(conclude(*std::move(admitted), {}));
    return;
  }
  const auto batch = std::make_shared<Batch>(*std::move(admitted));
  ports_.repository.write_async(
      std::move(batch->writes), batch->atomicity, options,
      [this, batch, done = std::move(done)](Result<std::vector<WriteOutcome>> outcomes) {
        if (!outcomes) return done(std::move(outcomes).error());
        auto repeated = batch->take_repeated(*outcomes);
        if (repeated.empty()) return done(conclude(std::move(*batch), *std::move(outcomes)));
        counter_->count_later(std::move(repeated),
                              [this, batch, done, outcomes = *std::move(outcomes)]() mutable {
                                done(conclude(std::move(*batch), std::move(outcomes)));
                              });
      });
}

Result<DropZone::Batch> DropZone::admit_all(const Kind& kind, StoreRequest request, Passing passing,
                                            const CallOptions& options) const {
  Admission admission(*this, kind, request, passing, options);
  for (IncomingRecord& record : request.records) DROPZONE_CHECK(admission.add(std::move(record)));
  if (request.source) {
    DROPZONE_CHECK(request.source(
        [&admission](IncomingRecord record) { return admission.add(std::move(record)); }));
  }
  return admission.finish();
}

StoreReport DropZone::conclude(Batch batch, std::vector<WriteOutcome> outcomes) const {
  StoreReport& report = batch.report;
  for (std::size_t i = 0; i < report.results.size() && !outcomes.empty(); ++i) {
    if (batch.write_of[i] == Batch::kNoWrite) continue;
    complete(report.results[i], std::move(outcomes[batch.write_of[i]]));
  }
  for (const StoreResult& result : report.results) count(report, result.status);
  if (ports_.observer) ports_.observer->stored(batch.kind, report);
  return std::move(report);
}

}  // namespace dropzone
