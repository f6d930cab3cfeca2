#include "rest/deletion_answers.h"

#include <utility>

#include "rest/answers.h"
#include "rest/job_answers.h"

namespace dropzone::http {
namespace {

void count(const Call& call, std::string_view done, const Deletable& what, std::int64_t records) {
  call.effect.counts.emplace_back(std::string(done) + std::string(what.counted),
                                  static_cast<std::size_t>(records));
}

}  // namespace

Response deleted_named(const Call& call, const Deletable& what, std::size_t deleted,
                       const std::vector<std::string>& missing) {
  count(call, "deleted", what, static_cast<std::int64_t>(deleted));
  call.effect.counts.emplace_back("missing", missing.size());
  std::string out = "{\"deleted" + std::string(what.name) + "\":" + std::to_string(deleted);
  out += ",\"missing\":";
  append_json_strings(out, missing);
  out += '}';
  return json_response(std::move(out));
}

Result<Response> preview_deletion(const Call& call, const Deletable& what,
                                  const FilterDeletion& deletion) {
  DROPZONE_TRY(const auto preview, deletion.preview(call.options));
  count(call, "selected", what, preview.selected);
  std::string out = "{\"dryRun\":true,\"selected" + std::string(what.name) +
                    "\":" + std::to_string(preview.selected) + ",\"" + std::string(what.id) + "\":";
  append_json_strings(out, preview.first_ids);
  out += '}';
  return json_response(std::move(out));
}

Result<Response> delete_selected(const RouteContext& context, const Call& call,
                                 const Deletable& what, const FilterDeletion& deletion,
                                 std::optional<std::int64_t> rate,
                                 const std::function<Result<Job>()>& ask) {
  DROPZONE_TRY(const auto selection,
               deletion.select(std::nullopt, FilterDeletion::kMostAtOnce, call.options));
  if (context.jobs && (selection.next || rate)) {
    DROPZONE_TRY(const Job job, ask());
    return accepted(call, job);
  }
  if (selection.next) {
    return Error{ErrorCode::too_many_records,
                 "More than " + std::to_string(FilterDeletion::kMostAtOnce) +
                     " are selected, and this server has no jobs. Delete them in parts."};
  }
  DROPZONE_TRY(const std::size_t deleted, deletion.erase(selection, call.options));
  count(call, "deleted", what, static_cast<std::int64_t>(deleted));
  return json_response("{\"deleted" + std::string(what.name) + "\":" + std::to_string(deleted) +
                       '}');
}

}  // namespace dropzone::http
