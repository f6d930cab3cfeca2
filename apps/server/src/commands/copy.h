#pragma once

#include <string>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

namespace dropzone::server {

struct CopyOutcome {
  std::string report;  ///< To be printed.
  bool same = false;   ///< Whether both stores have the same now.
};

/// `dropzone-server copy --from URL --to URL [OPTION VALUE]...`: copies the records of one store
/// into another and compares the two. Shows its progress on standard error.
Result<CopyOutcome> run_copy_command(std::vector<std::string> arguments,
                                     const config::Environment& environment);

}  // namespace dropzone::server
