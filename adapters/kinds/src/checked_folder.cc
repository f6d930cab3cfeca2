#include <dropzone/kinds/checked_folder.h>

#include <utility>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/files/kind_files.h>
#include <dropzone/store/kind_examples.h>
#include <dropzone/text/one_line.h>

namespace dropzone::kinds {
namespace {

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

Result<KindCatalog> load_folder(const std::filesystem::path& folder, std::string_view default_kind,
                                const StepRegistry& steps) {
  DROPZONE_TRY(KindCatalog kinds, files::load_kinds(folder, default_kind, steps));
  auto faults = find_failed_examples(kinds, folder);
  if (!faults.empty()) return std::move(faults.front());
  return kinds;
}

std::vector<Error> find_folder_faults(const std::filesystem::path& folder,
                                      std::string_view default_kind, const StepRegistry& steps) {
  auto faults = files::find_kind_faults(folder, default_kind, steps);
  if (!faults.empty()) return faults;
  const auto kinds = files::load_kinds(folder, default_kind, steps);
  return kinds ? find_failed_examples(*kinds, folder) : std::vector{kinds.error()};
}

}  // namespace dropzone::kinds
