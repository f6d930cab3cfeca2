#include <dropzone/kinds/kinds_to_copy.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <dropzone/auth/api_keys.h>
#include <dropzone/auth/tokens.h>
#include <dropzone/json/decode_value.h>
#include <dropzone/store/retention.h>
#include <dropzone/stores/deployment_check.h>
#include <dropzone/text/in_quotes.h>

namespace dropzone::kinds {
namespace {

using stores::kPipelinesKind;

constexpr std::array kSecretKinds = {kSecretsKind, auth::kApiKeysKind, auth::kTokensKind};

bool is_secret(const std::string& kind) { return std::ranges::count(kSecretKinds, kind) > 0; }

constexpr std::array kOwnKinds = {kRejectsKind, kPipelinesKind,   kKindsKind,
                                  kJobsKind,    kIdempotencyKind, kHistoryKind};

bool is_known(const std::string& kind, const KnownKinds& known) {
  return std::ranges::count(kOwnKinds, kind) > 0 || is_secret(kind) ||
         std::ranges::count(known.defined, kind) > 0 || known.files.find(kind);
}

}  // namespace

Result<std::vector<std::string>> find_kinds(RecordRepository& store, const KnownKinds& known) {
  auto found = store.kinds(kNoDeadline);
  if (found || found.error().code != ErrorCode::unsupported_query) return found;
  std::vector<std::string> kinds(kOwnKinds.begin(), kOwnKinds.end());
  kinds.insert(kinds.end(), kSecretKinds.begin(), kSecretKinds.end());
  for (const auto& kind : known.files.kinds()) kinds.push_back(kind->name());
  for (const std::string& kind : known.defined) {
    if (!known.files.find(kind)) kinds.push_back(kind);
  }
  return kinds;
}

Result<KindsToCopy> kinds_to_copy(const std::vector<std::string>& found, const KnownKinds& known,
                                  const CopySelection& selection) {
  for (const std::string& kind : selection.only) {
    if (is_known(kind, known)) continue;
    return known.files.find(kind).error();
  }
  KindsToCopy kinds;
  for (const std::string& kind : selection.only.empty() ? found : selection.only) {
    if (!is_known(kind, known)) {
      return Error{
          ErrorCode::invalid_request,
          "the store has records of the kind " + in_quotes(kind) +
              ", which no file in --kinds and no request has defined. Add the file, or name "
              "the kinds to copy with --only."};
    }
    // What files define is noted by the server that has them.
    if (kind == kKindsKind && known.defined.empty() && selection.only.empty()) continue;
    // Jobs are about the store that they were made for.
    if (kind == kJobsKind && selection.only.empty()) continue;
    (is_secret(kind) && !selection.secrets ? kinds.left_out : kinds.chosen).push_back(kind);
  }
  return kinds;
}

Result<KeptFor> kept_for_in(RecordRepository& store, const KnownKinds& known,
                            const StepRegistry& steps,
                            std::optional<std::chrono::seconds> rejects) {
  std::map<std::string, std::chrono::seconds> kept;
  for (const auto& kind : retentions_of(known.files)) kept.emplace(kind.kind, kind.time);
  if (rejects) kept.emplace(kRejectsKind, *rejects);
  DROPZONE_CHECK(store.find(
      std::string(kKindsKind), known.defined, {.original = true, .data = false},
      [&](const RecordView& view) {
        const auto kind = json::decode_definition(view.original).and_then([&](const Value& value) {
          return Kind::parse(value, steps);
        });
        if (!kind || !kind->retention() || known.files.find(kind->name())) return;
        kept.emplace(kind->name(), *kind->retention());
      },
      kNoDeadline));
  return KeptFor([kept = std::move(kept)](const std::string& kind) {
    const auto found = kept.find(kind);
    return found == kept.end() ? std::nullopt : std::optional(found->second);
  });
}

}  // namespace dropzone::kinds
