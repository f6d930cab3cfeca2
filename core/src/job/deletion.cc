#include <dropzone/job/deletion.h>

#include <algorithm>
#include <utility>

#include <dropzone/kind/query_checks.h>

namespace dropzone {
namespace {

/// A chunk holds the writer of an embedded store for no longer than others can wait.
constexpr std::size_t kMostInChunk = 500;

// How many there are is nice to know, and no reason to fail.
void note_total(JobProgress& progress, const FilterDeletion& deletion, const CallOptions& options) {
  const auto preview = deletion.preview(options);
  if (preview) progress.total = preview->selected;
}

void set_time(Object& object, std::string_view name, const std::optional<Timestamp>& time) {
  if (time) object.set(name, format_timestamp(*time));
}

void set_text(Object& object, std::string_view name, const std::optional<std::string>& text) {
  if (text) object.set(name, *text);
}

Object parameters_of(const RejectSelection& selection) {
  Object object;
  set_text(object, "kind", selection.kind);
  set_text(object, "code", selection.code);
  set_text(object, "step", selection.step);
  set_time(object, "receivedBefore", selection.received_before);
  set_time(object, "receivedAfter", selection.received_after);
  return object;
}

std::optional<std::string> text_in(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value ? std::optional(std::string(text_of(value))) : std::nullopt;
}

Result<std::optional<Timestamp>> time_in(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  if (!value) return std::optional<Timestamp>();
  DROPZONE_TRY(const Timestamp time, parse_timestamp(text_of(value)));
  return std::optional(time);
}

Result<RejectSelection> selection_of(const Object& parameters) {
  RejectSelection selection;
  selection.kind = text_in(parameters, "kind");
  selection.code = text_in(parameters, "code");
  selection.step = text_in(parameters, "step");
  DROPZONE_TRY(selection.received_before, time_in(parameters, "receivedBefore"));
  DROPZONE_TRY(selection.received_after, time_in(parameters, "receivedAfter"));
  return selection;
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
                             const CallOptions& options) {
  return jobs.make({.type = std::string(DeletionWork::kType),
                    .kind = selection.kind.value_or(""),
                    .permission = Permission::remove,
                    .parameters = {{"rejects", parameters_of(selection)}}},
                   options);
}

Result<FilterDeletion> deletion_of(DropZone& zone, std::string_view kind, const Value& filter) {
  DROPZONE_TRY(const auto found, zone.kinds()->find(kind));
  DROPZONE_TRY(Filter parsed, parse_filter(filter, *found));
  return FilterDeletion(zone.repository(), found->name(), std::move(parsed));
}

Result<Job> ask_for_deletion(Jobs& jobs, std::string kind, Value filter,
                             const CallOptions& options) {
  return jobs.make({.type = std::string(DeletionWork::kType),
                    .kind = std::move(kind),
                    .permission = Permission::remove,
                    .parameters = {{"filter", std::move(filter)}}},
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
