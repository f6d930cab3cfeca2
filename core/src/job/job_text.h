#pragma once

#include <string>

#include <dropzone/job/job.h>
#include <dropzone/result.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// All of a job but its id and version, as it is kept in the repository.
[[nodiscard]] Object object_of(const Job& job);

/// The job that object_of() wrote, without id and version. `store_corrupt` if it is not one.
Result<Job> job_of(const Value& value);

}  // namespace dropzone
