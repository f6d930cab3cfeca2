#pragma once

#include <chrono>
#include <cstddef>

#include <dropzone/call/call_options.h>
#include <dropzone/job/job.h>
#include <dropzone/result.h>

namespace dropzone {

/// What a chunk of work has come to.
struct JobChunk {
  JobProgress progress;   ///< That of the job with this chunk added.
  bool finished = false;  ///< Nothing is left to do: the job has succeeded.
  /// The next chunk begins no earlier than so long after this one. At most 10 s: a job that has not
  /// changed for 20 s is taken over.
  std::chrono::milliseconds pause{0};
};

/// What jobs of one type do: a port, registered with the JobRunner under the type's name.
///
/// A chunk may be done twice: if an instance dies, or seems to be dead, before the chunk's progress
/// is saved, another one begins again at the last checkpoint, perhaps while the first still writes.
/// So each write must be conditional on the version that the chunk read, and what was done before
/// must be recognised. Runs on one thread at a time for each job. Thread-safe.
class JobWork {
 public:
  virtual ~JobWork() = default;

  /// Does the next chunk: at most `max_records` records, about 2 MiB and a second, so that others
  /// who use the store do not wait for it. Returns once what it did is durable. The options carry
  /// the principal who asked for the job, and end when the process does.
  ///
  /// `unavailable`, `deadline_exceeded`, `outcome_unknown`, `overloaded`, `store_full` and
  /// `store_read_only`: the same chunk is tried again later. With other errors the job fails.
  virtual Result<JobChunk> run(const Job& job, std::size_t max_records,
                               const CallOptions& options) = 0;
};

}  // namespace dropzone
