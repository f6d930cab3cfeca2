#pragma once

#include <string>

#include <dropzone/http/message/response.h>
#include <dropzone/job/job.h>

#include "rest/route.h"

namespace dropzone::http {

/// Appends a job as the API shows it.
void append_job(std::string& out, const Job& job);

/// What a request is answered that has made a job: 202, the job, and where to look at it. Notes the
/// job for the audit log.
[[nodiscard]] Response accepted(const Call& call, const Job& job);

}  // namespace dropzone::http
