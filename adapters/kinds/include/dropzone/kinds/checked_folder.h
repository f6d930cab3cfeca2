#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/kind/kind.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>

namespace dropzone::kinds {

/// The kinds of a folder's files, each of which fulfils its own examples. Errors are those of
/// find_folder_faults(), the first one.
Result<KindCatalog> load_folder(const std::filesystem::path& folder, std::string_view default_kind,
                                const StepRegistry& steps);

/// All faults of a folder: those of files::find_kind_faults(), or if there are none, the examples
/// that fail, with their files.
[[nodiscard]] std::vector<Error> find_folder_faults(const std::filesystem::path& folder,
                                                    std::string_view default_kind,
                                                    const StepRegistry& steps);

}  // namespace dropzone::kinds
