#include "kinds.h"

#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/files/kind_files.h>
#include <dropzone/store/kind_examples.h>
#include <dropzone/text/one_line.h>

namespace dropzone::server {
namespace {

/// A fault in a file stands as it is; one of the folder is said of the option that names it.
Error with_option(Error error) {
  if (error.code == ErrorCode::not_found) return config::fault_in("--kinds", error);
  if (error.code != ErrorCode::unknown_kind) return error;
  error.detail += " Add it, or name another kind with --default-kind.";
  return config::fault_in("--kinds", error);
}

/// The examples that the kinds of a folder do not fulfil.
std::vector<Error> find_failed_examples(const KindCatalog& kinds,
                                        const std::filesystem::path& folder) {
  const crypto::OpensslDigest digest;
  std::vector<Error> faults;
  for (const auto& kind : kinds.kinds()) {
    const auto failed = find_failed_example(*kind, digest);
    if (!failed) continue;
    const Error error = example_error(*failed);
    faults.push_back({ErrorCode::invalid_configuration,
                      one_line((folder / (kind->name() + ".json")).string() + ": at " +
                               error.pointer + ": " + error.detail)});
  }
  return faults;
}

}  // namespace

std::filesystem::path kinds_folder(const Options& options) {
  return options.kinds.empty() ? files::installed_kinds() : options.kinds;
}

Result<KindCatalog> load_kinds(const Options& options, const StepRegistry& steps) {
  const auto folder = kinds_folder(options);
  auto kinds = files::load_kinds(folder, options.api.default_kind, steps);
  if (!kinds) return with_option(std::move(kinds).error());
  auto faults = find_failed_examples(*kinds, folder);
  if (!faults.empty()) return std::move(faults.front());
  return kinds;
}

std::vector<Error> find_kind_faults(const Options& options, const StepRegistry& steps) {
  const auto folder = kinds_folder(options);
  auto faults = files::find_kind_faults(folder, options.api.default_kind, steps);
  for (Error& each : faults) each = with_option(std::move(each));
  if (!faults.empty()) return faults;
  const auto kinds = files::load_kinds(folder, options.api.default_kind, steps);
  return kinds ? find_failed_examples(*kinds, folder) : std::vector{kinds.error()};
}

}  // namespace dropzone::server
