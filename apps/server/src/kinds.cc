#include "kinds.h"

#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/files/kind_files.h>

namespace dropzone::server {
namespace {

/// A fault in a file stands as it is; one of the folder is said of the option that names it.
Error with_option(Error error) {
  if (error.code == ErrorCode::not_found) return config::fault_in("--kinds", error);
  if (error.code != ErrorCode::unknown_kind) return error;
  error.detail += " Add it, or name another kind with --default-kind.";
  return config::fault_in("--kinds", error);
}

}  // namespace

std::filesystem::path kinds_folder(const Options& options) {
  return options.kinds.empty() ? files::installed_kinds() : options.kinds;
}

Result<KindCatalog> load_kinds(const Options& options, const StepRegistry& steps) {
  auto kinds = files::load_kinds(kinds_folder(options), options.api.default_kind, steps);
  if (!kinds) return with_option(std::move(kinds).error());
  return kinds;
}

std::vector<Error> find_kind_faults(const Options& options, const StepRegistry& steps) {
  auto faults = files::find_kind_faults(kinds_folder(options), options.api.default_kind, steps);
  for (Error& each : faults) each = with_option(std::move(each));
  return faults;
}

}  // namespace dropzone::server
