#include <dropzone/job/retransform.h>

#include <algorithm>
#include <utility>
#include <vector>

#include <dropzone/kind/allowance.h>
#include <dropzone/kind/query_checks.h>
#include <dropzone/store/received_of.h>
#include <dropzone/value/difference.h>
#include <dropzone/value/json_text.h>

#include "job/report_lists.h"
#include "store/drop_zone/incoming.h"

namespace dropzone {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kChunkBytes = std::size_t{2} << 20;
// All instances have what one deployed within five seconds; a request that began before is done.
constexpr milliseconds kSettleShared{6'000};
constexpr milliseconds kSettle{1'000};
// An instance that does not have the version yet which the job is about.
constexpr milliseconds kAskAgain{1'000};
constexpr std::size_t kMaxShown = 20;  // Records that a dry run would change, and places in each.
constexpr std::size_t kMaxShownBytes = std::size_t{8} << 10;  // Of one of these records.
constexpr std::size_t kWorkOfRecord = 8;

std::int64_t integer_of(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  const std::int64_t* const number = value ? value->as_integer() : nullptr;
  return number ? *number : 0;
}

Result<Filter> typed_filter(const Value* json, const Kind& kind) {
  return json ? parse_filter(*json, kind) : Filter::all();
}

Query query_of(const Kind& kind, Filter filter) {
  Query query{.kind = kind.name(), .filter = {}, .order = {}, .after = {}};
  query.filter = std::move(filter);
  query.max_bytes = kChunkBytes;
  return query;
}

Array values_of(const std::vector<Difference>& differences) {
  Array array;
  for (const Difference& difference : differences) {
    Object object{{"pointer", difference.pointer}};
    if (difference.before) object.append("before", *difference.before);
    if (difference.after) object.append("after", *difference.after);
    array.push_back(std::move(object));
  }
  return array;
}

Error changed_by_another_program() {
  return {
      ErrorCode::changed_elsewhere,
      "Another program has changed this record in the store, and the pipeline would undo that."};
}

}  // namespace

Result<Job> ask_for_retransform(DropZone& zone, Jobs& jobs, RetransformRequest request,
                                const CallOptions& options) {
  DROPZONE_TRY(const auto kind, zone.kinds()->find(request.kind));
  DROPZONE_TRY(Filter filter, typed_filter(request.filter ? &*request.filter : nullptr, *kind));
  Query trial = query_of(*kind, std::move(filter));
  trial.limit = 1;
  DROPZONE_CHECK(zone.repository().query(
      trial, {.data = false}, [](const RecordView&) {}, options));
  Object parameters{{"version", kind->version()}};
  if (request.filter) parameters.append("filter", *std::move(request.filter));
  return jobs.make({.type = std::string(Retransform::kType),
                    .kind = kind->name(),
                    .permission = Permission::admin,
                    .dry_run = request.dry_run,
                    .parameters = std::move(parameters),
                    .max_per_second = request.max_per_second},
                   options);
}

/// One chunk.
class Retransform::Pass {
 public:
  Pass(const Ports& ports, const Job& job, const Kind& kind, const CallOptions& options)
      : ports_(ports),
        job_(job),
        kind_(kind),
        options_(options),
        allowance_(ports.limits, options) {
    chunk_.progress = job.progress;
  }

  Result<JobChunk> run(std::size_t max_records) {
    DROPZONE_CHECK(read(max_records));
    for (StoredRecord& record : records_) {
      if (allowance_.is_over(kWorkOfRecord + record.original.size() / 128)) {
        return deadline_exceeded();
      }
      DROPZONE_CHECK(transform(record));
    }
    DROPZONE_CHECK(write());
    return std::move(chunk_);
  }

 private:
  /// Reads the records that are to be transformed, and notes where the next chunk begins.
  Result<void> read(std::size_t max_records) {
    const Value* const filter = job_.parameters.find("filter");
    DROPZONE_TRY(Filter typed, typed_filter(filter, kind_));
    Query query = query_of(kind_, std::move(typed));
    query.limit = max_records;
    if (const Value* const after = chunk_.progress.checkpoint.find("after")) {
      query.after = Position{{}, std::string(text_of(after))};
    }
    const Projection shown{.original = true, .meta = true, .data = job_.dry_run};
    DROPZONE_TRY(const auto next,
                 ports_.zone.repository().query(
                     query, shown,
                     [&](const RecordView& view) {
                       ++chunk_.progress.done;
                       if (!filter && view.meta->pipeline == kind_.pipeline_name()) {
                         chunk_.progress.count("current");
                         return;
                       }
                       records_.push_back({std::string(view.id), std::string(view.data),
                                           std::string(view.original), *view.meta});
                     },
                     options_));
    chunk_.finished = !next;
    if (next) chunk_.progress.checkpoint.set("after", next->id);
    return {};
  }

  Result<void> transform(StoredRecord& record) {
    const Received received = received_of(record.meta);
    auto admitted = admit_original(record, received);
    if (!admitted) {
      if (auto error = allowance_.exhausted()) return *std::move(error);
      refuse(record.id, admitted.error());
      return {};
    }
    if (job_.dry_run) return compare(record, admitted->data_json);
    RecordMeta meta = std::move(record.meta);
    const std::string version = std::exchange(meta.version, ports_.ids.next());
    meta.updated_at = ports_.clock.now();
    meta.pipeline = kind_.pipeline_name();
    meta.received = received;  // The record itself no longer has it.
    meta.changed_elsewhere = false;
    writes_.push_back({.kind = kind_.name(),
                       .id = std::move(record.id),
                       .original = std::move(record.original),
                       .data = std::move(admitted->data),
                       .data_json = std::move(admitted->data_json),
                       .meta = std::move(meta),
                       .if_exists = IfExists::replace,
                       .if_version = version,
                       .kept_for = kind_.retention()});
    return {};
  }

  Result<Admitted> admit_original(const StoredRecord& record, const Received& received) {
    if (record.meta.changed_elsewhere) return changed_by_another_program();
    DROPZONE_TRY(IncomingRecord incoming, ports_.decode_record(record.original));
    DROPZONE_TRY(Object object, std::move(incoming.object));
    return admit(kind_, std::move(object), {allowance_, received});
  }

  Result<void> write() {
    if (writes_.empty()) return {};
    std::vector<std::string> ids;
    ids.reserve(writes_.size());
    for (const Write& write : writes_) ids.push_back(write.id);
    DROPZONE_TRY(const auto outcomes,
                 ports_.zone.repository().write(std::move(writes_), Atomicity::partial, options_));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const WriteOutcome& outcome = outcomes[i];
      if (outcome.status == WriteStatus::replaced) {
        chunk_.progress.count("transformed");
      } else if (outcome.error.code == ErrorCode::precondition_failed) {
        chunk_.progress.count("overtaken");
      } else {
        refuse(ids[i], outcome.error);
      }
    }
    return {};
  }

  void refuse(const std::string& id, const Error& error) {
    chunk_.progress.count("refused");
    lists_.append("refused", kMaxRefusedListed, refused_entry({"_id", id}, error));
  }

  Result<void> compare(const StoredRecord& record, const std::string& data_json) {
    std::vector<Difference> differences;
    if (record.data != data_json) {
      DROPZONE_TRY(const Value before, ports_.decode(record.data));
      DROPZONE_TRY(const Value after, ports_.decode(data_json));
      differences = find_differences(before, after, kMaxShown);
    }
    chunk_.progress.count(differences.empty() ? "unchanged" : "changed");
    if (differences.empty()) return {};
    Object entry{{"_id", record.id}, {"differences", values_of(differences)}};
    if (to_json(entry).size() > kMaxShownBytes) {
      entry = Object{{"_id", record.id}, {"tooLarge", true}};
    }
    lists_.append("differences", kMaxShown, std::move(entry));
    return {};
  }

  const Ports& ports_;
  const Job& job_;
  const Kind& kind_;
  const CallOptions& options_;
  Allowance allowance_;
  JobChunk chunk_;
  ReportLists lists_{chunk_.progress.report};
  std::vector<StoredRecord> records_;
  std::vector<Write> writes_;
};

Result<JobChunk> Retransform::run(const Job& job, std::size_t max_records,
                                  const CallOptions& options) {
  DROPZONE_TRY(const auto kind, ports_.zone.kinds()->find(job.kind));
  const std::int64_t begun = integer_of(job.progress.checkpoint, "version");
  const std::int64_t needed = std::max(begun, integer_of(job.parameters, "version"));
  if (kind->version() < needed) return JobChunk{.progress = job.progress, .pause = kAskAgain};
  if (kind->version() > begun) return begin(job, *kind, options);
  return Pass(ports_, job, *kind, options).run(max_records);
}

/// Begins, or begins again if another version was deployed.
Result<JobChunk> Retransform::begin(const Job& job, const Kind& kind, const CallOptions& options) {
  DROPZONE_TRY(Filter filter, typed_filter(job.parameters.find("filter"), kind));
  AggregateQuery all{.kind = kind.name(), .filter = {}, .count = true, .sums = {}, .averages = {}};
  all.filter = std::move(filter);
  DROPZONE_TRY(const Aggregates counted, ports_.zone.repository().aggregate(all, options));
  JobChunk chunk;
  chunk.pause = ports_.shared_store ? kSettleShared : kSettle;
  JobProgress& progress = chunk.progress;
  progress.checkpoint = {{"version", kind.version()}};
  progress.total = counted.count;
  for (const char* const name : {"current", "refused"}) progress.count(name, 0);
  progress.report = {{"pipeline", kind.pipeline_name()}, {"refused", Array()}};
  if (job.dry_run) {
    for (const char* const name : {"changed", "unchanged"}) progress.count(name, 0);
    progress.report.append("differences", Array());
  } else {
    for (const char* const name : {"transformed", "overtaken"}) progress.count(name, 0);
  }
  const Value* const before = job.progress.report.find("pipeline");
  if (before) progress.report.append("begunWith", *before);
  return chunk;
}

}  // namespace dropzone
