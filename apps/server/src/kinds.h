#pragma once

#include <filesystem>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>

#include "options/options.h"

namespace dropzone::server {

/// The folder that --kinds names; without it, the one that was installed with this executable.
[[nodiscard]] std::filesystem::path kinds_folder(const Options& options);

/// The kinds in that folder. The first of find_kind_faults() if there is one.
Result<KindCatalog> load_kinds(const Options& options, const StepRegistry& steps);

/// All faults of the kinds in that folder; each names the option or the file.
[[nodiscard]] std::vector<Error> find_kind_faults(const Options& options,
                                                  const StepRegistry& steps);

}  // namespace dropzone::server
