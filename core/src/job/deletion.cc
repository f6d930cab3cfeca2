#include <dropzone/job/deletion.h>

#include <algorithm>
#include <utility>

#include <dropzone/kind/query_checks.h>

#include "job/reject_parameters.h"

namespace dropzone {
namespace {

/// A chunk holds the writer of an embedded store for no longer than others can wait.
constexpr std::size_t kMostInChunk = 500;

// How many there are is nice to know, and no reason to fail.
void note_total(JobProgress& progress, const FilterDeletion& deletion, const CallOptions& options) {
  const auto preview = deletion.preview(options);
  if (preview) progress.total = preview->selected;
}

Result<FilterDeletion> deletion_of(DropZone& zone, const Job& job) {
  const Value* const rejects = job.parameters.find("rejects");
  if (const Object* const selected = rejects ? rejects->as_object() : nullptr) {
    DROPZONE_TRY(const RejectSelection selection, selection_of(*selected));
    return deletion_of(zone, selection);
  }
  const Value* const filter = job.parameters.find("filter");
  if (!filter) return Error{ErrorCode::invalid_filter, "The job has no filter."};
  return deletion_of(zone, job.kind, *filter);
}

}  // namespace

FilterDeletion deletion_of(DropZone& zone, const RejectSelection& selection) {
  return {zone.repository(), std::string(kRejectsKind), filter_of(selection)};
}

Result<Job> ask_for_deletion(Jobs& jobs, const RejectSelection& selection,
                             std::optional<std::int64_t> max_per_second,
                             const CallOptions& options) {
  return jobs.make({.type = std::string(DeletionWork::kType),
                    .kind = selection.kind.value_or(""),
                    .permission = Permission::remove,
                    .parameters = {{"rejects", parameters_of(selection)}},
                    .max_per_second = max_per_second},
                   options);
}

Result<FilterDeletion> deletion_of(DropZone& zone, std::string_view kind, const Value& filter) {
  DROPZONE_TRY(const auto found, zone.kinds()->find(kind));
  DROPZONE_TRY(Filter parsed, parse_filter(filter, *found));
  return FilterDeletion(zone.repository(), found->name(), std::move(parsed),
                        [&zone, found](std::span<const Erase> erases, const CallOptions& options) {
                          return zone.writer().erase(*found, erases, options);
                        });
}

Result<Job> ask_for_deletion(Jobs& jobs, std::string kind, Value filter,
                             std::optional<std::int64_t> max_per_second,
                             const CallOptions& options) {
  return jobs.make({.type = std::string(DeletionWork::kType),
                    .kind = std::move(kind),
                    .permission = Permission::remove,
                    .parameters = {{"filter", std::move(filter)}},
                    .max_per_second = max_per_second},
                   options);
}

Result<JobChunk> DeletionWork::run(const Job& job, std::size_t max_records,
                                   const CallOptions& options) {
  DROPZONE_TRY(const FilterDeletion deletion, deletion_of(zone_, job));
  JobChunk chunk{.progress = job.progress};
  const Value* const after = job.progress.checkpoint.find("after");
  if (!after) note_total(chunk.progress, deletion, options);
  const auto place =
      after ? std::optional(Position{{}, std::string(text_of(after))}) : std::nullopt;
  DROPZONE_TRY(const FilterDeletion::Selection selection,
               deletion.select(place, std::min(max_records, kMostInChunk), options));
  DROPZONE_TRY(const std::size_t deleted, deletion.erase(selection, options));
  chunk.progress.done += static_cast<std::int64_t>(selection.records.size());
  chunk.progress.count("deleted", static_cast<std::int64_t>(deleted));
  chunk.finished = !selection.next;
  if (selection.next) chunk.progress.checkpoint.set("after", selection.next->id);
  return chunk;
}

}  // namespace dropzone
