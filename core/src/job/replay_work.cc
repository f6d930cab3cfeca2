#include <dropzone/job/replay_work.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <dropzone/kind/kind.h>

#include "job/reject_parameters.h"
#include "job/report_lists.h"

namespace dropzone {
namespace {

constexpr std::size_t kReplayChunkBytes = std::size_t{2} << 20;
// An instance that does not have a version yet which was deployed when the job was made.
constexpr std::chrono::milliseconds kAskForVersionsAgain{1'000};

/// The versions of the kinds that a job is about, as they are deployed now.
Object versions_of(const KindCatalog& kinds, const std::optional<std::string>& only) {
  Object versions;
  for (const auto& kind : kinds.kinds()) {
    if (!only || *only == kind->name()) versions.append(kind->name(), kind->version());
  }
  return versions;
}

/// Whether this instance has these versions, or later ones. A kind that is retired does not count.
bool has_versions(const KindCatalog& kinds, const Value* versions) {
  const Object* const all = versions ? versions->as_object() : nullptr;
  if (!all) return true;
  return std::ranges::all_of(all->members(), [&](const Member& needed) {
    const auto kind = kinds.find(needed.name);
    const std::int64_t* const version = needed.value.as_integer();
    return !kind || !version || (*kind)->version() >= *version;
  });
}

/// The selection of a job.
Result<RejectSelection> replay_selection(const Job& job) {
  const Value* const rejects = job.parameters.find("rejects");
  const Object* const selected = rejects ? rejects->as_object() : nullptr;
  if (selected) return selection_of(*selected);
  return Error{ErrorCode::invalid_request, "The job does not say which rejects."};
}

// How many there are is nice to know, and no reason to fail.
void begin_replay(JobProgress& progress, DropZone& zone, const RejectSelection& selection,
                  const CallOptions& options) {
  for (const char* const name : {"stored", "alreadyStored", "refused", "overtaken"}) {
    progress.count(name, 0);
  }
  progress.report = {{"refusedBy", Array()}, {"refused", Array()}};
  const auto counted = zone.repository().aggregate({.kind = std::string(kRejectsKind),
                                                    .filter = filter_of(selection),
                                                    .count = true,
                                                    .sums = {},
                                                    .averages = {}},
                                                   options);
  if (counted) progress.total = counted->count;
}

std::string_view replay_count_name(ReplayStatus status) {
  return status == ReplayStatus::missing ? "overtaken" : status_name(status);
}

bool has_text(const Object& object, std::string_view name, std::string_view text) {
  return text_of(object.find(name)) == text;
}

/// Counts a refusal by its code and step.
void count_refusal(Array& by, const Error& error) {
  const std::string_view code = error_name(error.code);
  for (Value& value : by) {
    Object& entry = *value.as_object();
    if (!has_text(entry, "code", code) || !has_text(entry, "step", error.step)) continue;
    entry.set("count", *entry.find("count")->as_integer() + 1);
    return;
  }
  Object entry{{"code", code}};
  if (!error.step.empty()) entry.append("step", error.step);
  entry.append("count", 1);
  by.emplace_back(std::move(entry));
}

void note_replayed(JobProgress& progress, const std::vector<ReplayResult>& results) {
  progress.done += static_cast<std::int64_t>(results.size());
  Array& by = *progress.report.find("refusedBy")->as_array();
  for (const ReplayResult& result : results) {
    progress.count(replay_count_name(result.status));
    if (result.status == ReplayStatus::refused) count_refusal(by, result.error);
  }
  ReportLists lists(progress.report);
  for (const ReplayResult& result : results) {
    if (result.status != ReplayStatus::refused) continue;
    lists.append("refused", kMaxRefusedListed,
                 refused_entry({"rejectId", result.reject_id}, result.error));
  }
}

}  // namespace

Result<Job> ask_for_replay(const DropZone& zone, Jobs& jobs, const ReplayJobRequest& request,
                           const CallOptions& options) {
  const RejectSelection& selection = request.selection;
  const auto kinds = zone.kinds();
  if (selection.kind) DROPZONE_CHECK(kinds->find(*selection.kind));
  return jobs.make({.type = std::string(ReplayWork::kType),
                    .kind = selection.kind.value_or(""),
                    .permission = Permission::write,
                    .dry_run = request.dry_run,
                    .parameters = {{"rejects", parameters_of(selection)},
                                   {"versions", versions_of(*kinds, selection.kind)}},
                    .max_per_second = request.max_per_second},
                   options);
}

Result<JobChunk> ReplayWork::run(const Job& job, std::size_t max_records,
                                 const CallOptions& options) {
  DROPZONE_TRY(const RejectSelection selection, replay_selection(job));
  JobChunk chunk{.progress = job.progress};
  if (!has_versions(*ports_.zone.kinds(), job.parameters.find("versions"))) {
    chunk.pause = kAskForVersionsAgain;
    return chunk;
  }
  const Value* const after = job.progress.checkpoint.find("after");
  if (job.progress.counts.empty()) begin_replay(chunk.progress, ports_.zone, selection, options);
  const auto place =
      after ? std::optional(Position{{}, std::string(text_of(after))}) : std::nullopt;
  DROPZONE_TRY(const RejectReplay::Page page,
               RejectReplay(ports_, job.dry_run)
                   .replay_page(selection, max_records, kReplayChunkBytes, place, options));
  note_replayed(chunk.progress, page.results);
  if (page.failure) return chunk;  // The next chunk looks at the others again.
  chunk.finished = !page.next;
  if (page.next) chunk.progress.checkpoint.set("after", page.next->id);
  return chunk;
}

}  // namespace dropzone
