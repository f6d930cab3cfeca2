#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <dropzone/call/call_options.h>
#include <dropzone/job/job_work.h>
#include <dropzone/job/jobs.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/reject_replay.h>

namespace dropzone {

/// Which rejects are to be replayed.
struct ReplayJobRequest {
  RejectSelection selection;
  bool dry_run = false;
  std::optional<std::int64_t> max_per_second = std::nullopt;
};

/// Makes a job that replays them with the pipelines that are deployed now, or later ones. It is
/// about their kind, or about all kinds if none is selected.
Result<Job> ask_for_replay(const DropZone& zone, Jobs& jobs, const ReplayJobRequest& request,
                           const CallOptions& options);

/// Does what those jobs are about, in the order of ids: see RejectReplay. Each reject becomes a
/// record and ends in one transaction, so a chunk that is done twice does nothing the second time.
/// A reject that comes behind the place where the job is stays for the next one.
class ReplayWork final : public JobWork {
 public:
  static constexpr std::string_view kType = "replay";

  /// What the ports refer to must outlive it.
  explicit ReplayWork(RejectReplay::Ports ports) : ports_(std::move(ports)) {}

  Result<JobChunk> run(const Job& job, std::size_t max_records,
                       const CallOptions& options) override;

 private:
  const RejectReplay::Ports ports_;
};

}  // namespace dropzone
