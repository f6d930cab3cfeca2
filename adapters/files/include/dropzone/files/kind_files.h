#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>

namespace dropzone::files {

/// The folder of kind files that was installed with this executable.
[[nodiscard]] std::filesystem::path installed_kinds();

/// Reads all kinds of a folder, `NAME.json` each; other files are ignored. Fails with the first
/// fault that find_kind_faults() finds.
Result<KindCatalog> load_kinds(const std::filesystem::path& folder, std::string_view default_kind,
                               const StepRegistry& steps);

/// All faults of a folder of kinds. The details begin with the folder or the file. `not_found` if
/// the folder cannot be read or has no kinds; `unknown_kind` if the default kind is missing;
/// `invalid_configuration` if a file does not define a kind or defines one of another name, with
/// the pointer or the line in it.
[[nodiscard]] std::vector<Error> find_kind_faults(const std::filesystem::path& folder,
                                                  std::string_view default_kind,
                                                  const StepRegistry& steps);

}  // namespace dropzone::files
