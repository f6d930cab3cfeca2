#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/call/call_options.h>
#include <dropzone/job/job_work.h>
#include <dropzone/job/jobs.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/filter_deletion.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// The deletion of the records of a kind that a filter selects, the filter being in its JSON form.
/// `unknown_kind`; `invalid_filter`, `unknown_member` and `unknown_field` with the pointer of the
/// fault, from the start of the filter.
[[nodiscard]] Result<FilterDeletion> deletion_of(DropZone& zone, std::string_view kind,
                                                 const Value& filter);

/// Makes a job that deletes what deletion_of() does.
Result<Job> ask_for_deletion(Jobs& jobs, std::string kind, Value filter,
                             std::optional<std::int64_t> max_per_second,
                             const CallOptions& options);

/// The deletion of the selected rejects.
[[nodiscard]] FilterDeletion deletion_of(DropZone& zone, const RejectSelection& selection);

/// Makes a job that deletes them. It is about their kind, or about all kinds if none is selected.
Result<Job> ask_for_deletion(Jobs& jobs, const RejectSelection& selection,
                             std::optional<std::int64_t> max_per_second,
                             const CallOptions& options);

/// Does what those jobs are about, in the order of ids: see FilterDeletion. Each record is deleted
/// on the condition of the version that was read, so it does no harm if a chunk is done twice. Of a
/// kind that is deployed again meanwhile, the new definition says what the filter means.
class DeletionWork final : public JobWork {
 public:
  static constexpr std::string_view kType = "delete";

  /// The zone must outlive it.
  explicit DeletionWork(DropZone& zone) : zone_(zone) {}

  Result<JobChunk> run(const Job& job, std::size_t max_records,
                       const CallOptions& options) override;

 private:
  DropZone& zone_;
};

}  // namespace dropzone
