#pragma once

#include <filesystem>
#include <string_view>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/step.h>
#include <dropzone/result.h>

namespace dropzone::server {

/// The folder of kind files that was installed with this executable.
[[nodiscard]] std::filesystem::path installed_kinds();

/// Reads all kinds of a folder, `NAME.json` each; other files are passed over. Faults: a folder
/// that cannot be read or has no kinds, a file that defines no kind or one of another name (with
/// the file, and the pointer or the line in it), a default kind that is not among them.
Result<KindCatalog> load_kinds(const std::filesystem::path& folder, std::string_view default_kind,
                               const StepRegistry& steps);

}  // namespace dropzone::server
