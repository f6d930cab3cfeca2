#include "kinds.h"

#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/files/kind_files.h>
#include <dropzone/kinds/checked_folder.h>

namespace dropzone::server {
namespace {

/// A fault in a file stands as it is; one of the folder is said of the option that names it.
Error with_option(Error error) {
  const bool is_of_default = error.code == ErrorCode::unknown_kind;
  if (error.code != ErrorCode::not_found && !is_of_default) return error;
  if (is_of_default) error.detail += " Add it, or name another kind with --default-kind.";
  return config::fault_in("--kinds", error);
}

}  // namespace

std::filesystem::path kinds_folder(const Options& options) {
  return options.kinds.empty() ? files::installed_kinds() : options.kinds;
}

Result<KindCatalog> load_kinds(const Options& options, const StepRegistry& steps) {
  auto loaded = kinds::load_folder(kinds_folder(options), options.api.default_kind, steps);
  if (!loaded) return with_option(std::move(loaded).error());
  return loaded;
}

std::vector<Error> find_kind_faults(const Options& options, const StepRegistry& steps) {
  auto faults = kinds::find_folder_faults(kinds_folder(options), options.api.default_kind, steps);
  for (Error& each : faults) each = with_option(std::move(each));
  return faults;
}

}  // namespace dropzone::server
