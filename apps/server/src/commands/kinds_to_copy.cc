#include "commands/kinds_to_copy.h"

#include <algorithm>
#include <array>

#include <dropzone/auth/api_keys.h>
#include <dropzone/auth/tokens.h>
#include <dropzone/config/setting.h>
#include <dropzone/stores/deployment_check.h>
#include <dropzone/text/in_quotes.h>

namespace dropzone::server {
namespace {

using stores::kPipelinesKind;

constexpr std::array kSecretKinds = {kSecretsKind, auth::kApiKeysKind, auth::kTokensKind};

bool is_secret(const std::string& kind) { return std::ranges::count(kSecretKinds, kind) > 0; }

bool is_known(const std::string& kind, const KindCatalog& deployed) {
  return kind == kRejectsKind || kind == kPipelinesKind || is_secret(kind) || deployed.find(kind);
}

}  // namespace

Result<std::vector<std::string>> find_kinds(RecordRepository& store, const KindCatalog& deployed) {
  auto found = store.kinds(kNoDeadline);
  if (found || found.error().code != ErrorCode::unsupported_query) return found;
  std::vector<std::string> kinds{std::string(kRejectsKind), std::string(kPipelinesKind)};
  kinds.insert(kinds.end(), kSecretKinds.begin(), kSecretKinds.end());
  for (const auto& kind : deployed.kinds()) kinds.push_back(kind->name());
  return kinds;
}

Result<KindsToCopy> kinds_to_copy(const std::vector<std::string>& found,
                                  const KindCatalog& deployed, const CopyCommandLine& wish) {
  for (const std::string& kind : wish.only) {
    if (is_known(kind, deployed)) continue;
    return config::fault("--only", deployed.find(kind).error().detail);
  }
  KindsToCopy kinds;
  for (const std::string& kind : wish.only.empty() ? found : wish.only) {
    if (!is_known(kind, deployed)) {
      return config::fault("copy", "the store has records of the kind " + in_quotes(kind) +
                                       ", for which there is no file in --kinds. Add it, or name "
                                       "the kinds to copy with --only.");
    }
    (is_secret(kind) && !wish.secrets ? kinds.left_out : kinds.chosen).push_back(kind);
  }
  return kinds;
}

}  // namespace dropzone::server
