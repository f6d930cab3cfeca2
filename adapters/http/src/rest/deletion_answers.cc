#include "rest/deletion_answers.h"

#include <utility>

#include "rest/answers.h"
#include "rest/job_answers.h"

namespace dropzone::http {

Response deleted_named(const Call& call, const Deletable& what, std::size_t deleted,
                       const std::vector<std::string>& missing) {
  call.effect.counts.emplace_back(what.deleted, deleted);
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
  call.effect.counts.emplace_back(what.selected, static_cast<std::size_t>(preview.selected));
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
  call.effect.counts.emplace_back(what.deleted, deleted);
  return json_response("{\"deleted" + std::string(what.name) + "\":" + std::to_string(deleted) +
                       '}');
}

}  // namespace dropzone::http
