#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/call/call_options.h>
#include <dropzone/job/job_work.h>
#include <dropzone/job/jobs.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/id_source.h>
#include <dropzone/value/limits.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// What is to be transformed again.
struct RetransformRequest {
  std::string kind;
  /// Its JSON form. Nothing: the records that another version of the pipeline made.
  std::optional<Value> filter = std::nullopt;
  bool dry_run = false;
  std::optional<std::int64_t> max_per_second = std::nullopt;
};

/// Makes a job that runs the kind's present pipeline over the originals that are stored.
/// `unknown_kind`; `invalid_filter` with the pointer of the fault, from the start of the filter;
/// what the repository cannot select exactly is refused as it refuses a query.
Result<Job> ask_for_retransform(DropZone& zone, Jobs& jobs, RetransformRequest request,
                                const CallOptions& options);

/// Does what those jobs are about, in the order of ids.
///
/// A record is replaced on the condition of the version that was read, so whoever writes it at the
/// same time wins. It keeps its `_id`, `createdAt`, original and SHA-256; the pipeline runs with
/// the time and the principal of when the original came in. What the pipeline refuses is left as it
/// is and listed, and so is what another program has changed in the store. If the kind is deployed
/// again meanwhile, the job begins again with the new version: it ends once all records have the
/// version that was the newest when it ended.
class Retransform final : public JobWork {
 public:
  static constexpr std::string_view kType = "retransform";

  struct Ports {
    DropZone& zone;
    Clock& clock;
    IdSource& ids;
    /// Reads an original, as when it came in.
    std::function<Result<IncomingRecord>(std::string_view original)> decode_record;
    /// Reads the JSON text of transformed data.
    std::function<Result<Value>(std::string_view)> decode;
    /// What pipelines may make of a record.
    RecordLimits limits = {};
    /// Other instances store records, too, and need a while to learn of a new version.
    bool shared_store = false;
  };

  /// What the ports refer to must outlive it.
  explicit Retransform(Ports ports) : ports_(std::move(ports)) {}

  Result<JobChunk> run(const Job& job, std::size_t max_records,
                       const CallOptions& options) override;

 private:
  class Pass;

  Result<JobChunk> begin(const Job& job, const Kind& kind, const CallOptions& options);

  const Ports ports_;
};

}  // namespace dropzone
