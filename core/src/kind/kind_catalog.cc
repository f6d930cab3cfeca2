#include <algorithm>

#include <dropzone/kind/kind.h>
#include <dropzone/text/nearest_name.h>

namespace dropzone {
namespace {

std::string_view name_of(const std::shared_ptr<const Kind>& kind) { return kind->name(); }

}  // namespace

Result<KindCatalog> KindCatalog::of(std::vector<Kind> kinds) {
  std::vector<std::shared_ptr<const Kind>> shared;
  shared.reserve(kinds.size());
  for (Kind& kind : kinds) shared.push_back(std::make_shared<Kind>(std::move(kind)));
  return of(std::move(shared));
}

Result<KindCatalog> KindCatalog::of(std::vector<std::shared_ptr<const Kind>> kinds) {
  KindCatalog catalog;
  catalog.kinds_ = std::move(kinds);
  std::ranges::sort(catalog.kinds_, {}, name_of);
  const auto twice = std::ranges::adjacent_find(catalog.kinds_, {}, name_of);
  if (twice != catalog.kinds_.end()) {
    return Error{ErrorCode::invalid_configuration,
                 "There are two kinds of the name \"" + (*twice)->name() + "\"."};
  }
  Kind rejects{std::string(kRejectsKind), 1};
  rejects.indexes_ = {{SortKey{*FieldPath::parse("kind")}},
                      {SortKey{*FieldPath::parse("receivedAt")}}};
  Kind secrets{std::string(kSecretsKind), 1};
  Kind definitions{std::string(kKindsKind), 1};
  definitions.indexes_ = {{SortKey{*FieldPath::parse("kind")}},
                          {SortKey{*FieldPath::parse("head")}}};
  Kind jobs{std::string(kJobsKind), 1};
  jobs.indexes_ = {{SortKey{*FieldPath::parse("kind")}},
                   {SortKey{*FieldPath::parse("state")}},
                   {SortKey{*FieldPath::parse("open")}}};
  Kind receipts{std::string(kIdempotencyKind), 1};
  receipts.retention_ = kIdempotencyRetention;
  Kind history{std::string(kHistoryKind), 1};
  history.indexes_ = {{SortKey{*FieldPath::parse("version")}},
                      {SortKey{*FieldPath::parse("expiresAt")}}};
  catalog.system_kinds_ = {
      std::make_shared<Kind>(std::move(rejects)),     std::make_shared<Kind>(std::move(secrets)),
      std::make_shared<Kind>(std::move(definitions)), std::make_shared<Kind>(std::move(jobs)),
      std::make_shared<Kind>(std::move(receipts)),    std::make_shared<Kind>(std::move(history))};
  return catalog;
}

Result<std::shared_ptr<const Kind>> KindCatalog::find(std::string_view name) const {
  const auto kind = std::ranges::lower_bound(kinds_, name, {}, name_of);
  if (kind != kinds_.end() && (*kind)->name() == name) return *kind;
  if (std::ranges::find(expected_, name) != expected_.end()) {
    return Error{ErrorCode::unavailable,
                 "The version of this kind is not known yet, because the store does not answer; "
                 "repeat the request a little later."};
  }
  if (!is_kind_name(name)) return Error{ErrorCode::unknown_kind, "There is no kind of this name."};
  std::vector<std::string_view> names;
  for (const auto& known : kinds_) names.push_back(known->name());
  return Error{ErrorCode::unknown_kind,
               "There is no kind \"" + std::string(name) + "\"." + did_you_mean(name, names)};
}

}  // namespace dropzone
