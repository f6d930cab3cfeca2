#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// The folder of kind files that --kinds names; where it is empty, the one that was installed with
/// this executable.
[[nodiscard]] std::filesystem::path kinds_folder(const std::filesystem::path& named);

/// Reads all kinds of a folder, `NAME.json` each; other files are passed over. Fails with the first
/// fault that find_kind_faults() finds.
Result<KindCatalog> load_kinds(const std::filesystem::path& folder, std::string_view default_kind,
                               const StepRegistry& steps);

/// All faults of a folder of kinds: it cannot be read or has no kinds, a file defines no kind or
/// one of another name (with the file, and the pointer or the line in it), the default kind is
/// missing.
[[nodiscard]] std::vector<Error> find_kind_faults(const std::filesystem::path& folder,
                                                  std::string_view default_kind,
                                                  const StepRegistry& steps);

}  // namespace dropzone::server
