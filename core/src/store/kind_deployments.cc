#include <dropzone/store/kind_deployments.h>

#include <algorithm>
#include <utility>

#include <dropzone/store/kind_examples.h>
#include <dropzone/text/hex.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_text.h>

#include "store/kind_definitions.h"

namespace dropzone {
namespace {

// Who loses so often meets somebody who deploys in a loop.
constexpr int kMaxAttempts = 20;

Error managed_by_file(std::string_view name) {
  return {ErrorCode::managed_by_file,
          "The kind " + in_quotes(name) + " is defined by a file of the server; change the file."};
}

Error has_changed() {
  return {ErrorCode::precondition_failed, "The kind's definition has changed; fetch it again."};
}

Error there_is_one(std::string_view name) {
  return {ErrorCode::precondition_failed,
          "The kind " + in_quotes(name) +
              " is deployed already; leave If-None-Match out to replace its definition."};
}

Error deployed_too_often() {
  return {.code = ErrorCode::unavailable,
          .detail = "Others deployed this kind again and again; repeat the request a little later.",
          .retry_after = 1};
}

Error no_such_kind(std::string_view name) {
  return {ErrorCode::unknown_kind, "There is no kind " + in_quotes(name) + "."};
}

/// The definition with this name, and with this version if it has none.
Result<Value> named(const Value& definition, std::string_view name) {
  const Object* object = definition.as_object();
  if (!object) {
    return Error{ErrorCode::invalid_configuration, "A kind's definition must be an object."};
  }
  const Value* own = object->find("name");
  if (own && *own != Value(name)) {
    return Error{ErrorCode::invalid_configuration,
                 "The definition's name is not the one in the address, " + in_quotes(name) +
                     "; leave it out or make them agree.",
                 "/name"};
  }
  Object whole{{"name", std::string(name)}};
  for (const Member& member : object->members()) whole.set(member.name, member.value);
  return Value(std::move(whole));
}

Value numbered(const Value& definition, std::int64_t version) {
  Object whole;
  for (const Member& member : definition.as_object()->members()) {
    whole.set(member.name, member.value);
    if (member.name == "name") whole.set("version", version);
  }
  return whole;
}

/// The kind that a definition makes under a name whose present definition is `head`.
Result<Kind> next_kind(std::string_view name, const Value& definition,
                       const std::optional<KindDefinitions::Head>& head,
                       const StepRegistry& steps) {
  DROPZONE_TRY(const Value whole, named(definition, name));
  DROPZONE_TRY(Kind kind, Kind::parse(whole, steps));
  const bool is_same = head && head->kind && kind.transforms_like(*head->kind);
  const std::int64_t version = head ? head->version + (is_same ? 0 : 1) : 1;
  if (!kind.has_version()) return Kind::parse(numbered(whole, version), steps);
  if (kind.version() == version) return kind;
  return Error{ErrorCode::version_conflict,
               "The version of this definition would be " + std::to_string(version) +
                   ", and it says " + std::to_string(kind.version()) +
                   ". Leave \"version\" out, or make it " + std::to_string(version) + ".",
               "/version"};
}

std::string_view kind_name(const std::shared_ptr<const Kind>& kind) { return kind->name(); }

bool contains(const std::vector<std::shared_ptr<const Kind>>& kinds, std::string_view name) {
  return std::ranges::find(kinds, name, kind_name) != kinds.end();
}

}  // namespace

KindDeployments::KindDeployments(Ports ports, DropZone& zone,
                                 std::vector<std::shared_ptr<const Kind>> files,
                                 RecordLimits limits)
    : ports_(std::move(ports)),
      definitions_(std::make_unique<KindDefinitions>(ports_)),
      zone_(zone),
      limits_(limits),
      files_(std::move(files)) {
  const MutexLock lock(mutex_);
  publish();
}

KindDeployments::~KindDeployments() = default;

// ---- Deploying.

Result<Deployment> KindDeployments::check(std::string_view name, const Value& definition,
                                          const VersionConditions& conditions,
                                          const CallOptions& options) {
  const std::string text(name);
  if (is_by_file(name)) return managed_by_file(name);
  DROPZONE_TRY(const auto head, definitions_->find_head(text, options));
  const bool exists = head && !head->retired && !head->by_file;
  if (conditions.if_none_match_any && exists) return there_is_one(name);
  if (conditions.if_match &&
      (!exists || (*conditions.if_match != "*" && *conditions.if_match != head->etag))) {
    return has_changed();
  }
  DROPZONE_TRY(Kind kind, next_kind(name, definition, head, ports_.steps));
  if (const auto failed = find_failed_example(kind, ports_.digest, limits_)) {
    return example_error(*failed);
  }
  Deployment deployment{.kind = std::make_shared<const Kind>(std::move(kind)),
                        .etag = head ? head->etag : std::string(),
                        .created = !exists};
  if (head) deployment.before = head->definition;
  return deployment;
}

Result<Deployment> KindDeployments::deploy(std::string_view name, const Value& definition,
                                           const VersionConditions& conditions,
                                           const CallOptions& options) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    DROPZONE_TRY(Deployment wanted, check(name, definition, conditions, options));
    const Kind& kind = *wanted.kind;
    if (!wanted.created && wanted.before == kind.definition()) return wanted;
    DROPZONE_TRY(auto etag, definitions_->deploy(kind, wanted.etag, options));
    if (!etag) continue;
    wanted.etag = *std::move(etag);
    DROPZONE_CHECK(refresh(options));
    return wanted;
  }
  return deployed_too_often();
}

Result<Deployment> KindDeployments::retire(std::string_view name,
                                           const VersionConditions& conditions,
                                           const CallOptions& options) {
  const std::string text(name);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    DROPZONE_TRY(Deployment present, find(name));
    if (present.by_file) return managed_by_file(name);
    DROPZONE_TRY(const auto head, definitions_->find_head(text, options));
    if (!head || head->retired) return no_such_kind(name);
    if (conditions.if_match && *conditions.if_match != "*" && *conditions.if_match != head->etag) {
      return has_changed();
    }
    DROPZONE_TRY(const bool retired, definitions_->retire(*head, options));
    if (!retired) continue;
    DROPZONE_CHECK(refresh(options));
    return present;
  }
  return deployed_too_often();
}

std::optional<FailedExample> KindDeployments::failed_example(std::string_view name,
                                                             const Value& definition) const {
  const auto whole = named(definition, name);
  if (!whole) return std::nullopt;
  const auto kind = Kind::parse(*whole, ports_.steps);
  return kind ? find_failed_example(*kind, ports_.digest, limits_) : std::nullopt;
}

// ---- Looking up.

Result<Deployment> KindDeployments::find(std::string_view name) const {
  DROPZONE_TRY(const auto kind, zone_.kinds()->find(name));
  const MutexLock lock(mutex_);
  const auto deployed = std::ranges::find(
      deployed_, name,
      [](const Deployment& each) -> std::string_view { return each.kind->name(); });
  if (deployed != deployed_.end() && deployed->kind == kind) return *deployed;
  constexpr std::size_t kEtagDigits = 22;
  std::string etag = hex_of(ports_.digest.sha256(to_json(kind->definition())));
  etag.resize(kEtagDigits);
  return Deployment{.kind = kind, .etag = std::move(etag), .by_file = true};
}

Result<std::vector<KindVersion>> KindDeployments::versions(std::string_view name,
                                                           const CallOptions& options) {
  DROPZONE_TRY(auto versions, definitions_->versions(name, options));
  if (versions.empty()) return no_such_kind(name);
  return versions;
}

Result<KindVersion> KindDeployments::version(std::string_view name, std::int64_t version,
                                             const CallOptions& options) {
  DROPZONE_TRY(auto found, definitions_->find_version(name, version, options));
  if (found) return *std::move(found);
  DROPZONE_TRY(const auto all, versions(name, options));
  return Error{ErrorCode::not_found, "The kind " + in_quotes(name) + " has no version " +
                                         std::to_string(version) + "; it has " +
                                         std::to_string(all.front().version) + " to " +
                                         std::to_string(all.back().version) + "."};
}

// ---- Bringing into force.

Result<std::shared_ptr<const Kind>> KindDeployments::note_file(
    const std::shared_ptr<const Kind>& file, const CallOptions& options) {
  DROPZONE_TRY(const auto head, definitions_->find_head(file->name(), options));
  std::shared_ptr<const Kind> kind = file;
  if (!file->has_version()) {
    DROPZONE_TRY(Kind next, next_kind(file->name(), file->definition(), head, ports_.steps));
    kind = std::make_shared<const Kind>(std::move(next));
  }
  if (head && head->version >= kind->version() && head->by_file && !head->retired) return kind;
  DROPZONE_TRY(const bool kept, definitions_->keep_file(*kind, head, options));
  // Another instance notes it, too: the next refresh() looks.
  if (!kept) return deployed_too_often();
  return kind;
}

Result<void> KindDeployments::note_files(const CallOptions& options) {
  std::vector<std::shared_ptr<const Kind>> files;
  {
    const MutexLock lock(mutex_);
    if (numbered_files_.size() == files_.size()) return {};
    files = files_;
  }
  std::vector<std::shared_ptr<const Kind>> numbered;
  for (const auto& file : files) {
    DROPZONE_TRY(auto kind, note_file(file, options));
    numbered.push_back(std::move(kind));
  }
  const MutexLock lock(mutex_);
  if (files != files_) return {};  // They were set again meanwhile.
  numbered_files_ = std::move(numbered);
  publish();
  return {};
}

Result<void> KindDeployments::read_heads(const CallOptions& options) {
  DROPZONE_TRY(auto heads, definitions_->heads(options));
  std::vector<Deployment> deployed;
  for (auto& head : heads) {
    if (!head.kind || head.retired || head.by_file) continue;
    deployed.push_back({.kind = std::move(head.kind), .etag = std::move(head.etag)});
  }
  const MutexLock lock(mutex_);
  deployed_ = std::move(deployed);
  publish();
  return {};
}

Result<void> KindDeployments::refresh(const CallOptions& options) {
  const MutexLock refreshing(refreshing_);
  const auto before = zone_.kinds();
  DROPZONE_CHECK(note_files(options));
  DROPZONE_TRY(std::string generation, definitions_->generation(options));
  if (generation_ != generation) {
    DROPZONE_CHECK(read_heads(options));
    generation_ = std::move(generation);
  }
  const auto now = zone_.kinds();
  for (const auto& kind : now->kinds()) {
    if (std::ranges::find(before->kinds(), kind) != before->kinds().end()) continue;
    DROPZONE_CHECK(ports_.repository.declare(kind, options));
  }
  return {};
}

void KindDeployments::set_files(std::vector<std::shared_ptr<const Kind>> files) {
  const MutexLock lock(mutex_);
  files_ = std::move(files);
  numbered_files_.clear();
  publish();
}

bool KindDeployments::is_by_file(std::string_view name) const {
  const MutexLock lock(mutex_);
  return contains(files_, name);
}

void KindDeployments::publish() {
  std::vector<std::shared_ptr<const Kind>> kinds = numbered_files_;
  std::vector<std::string> expected;
  for (const auto& file : files_) {
    if (contains(numbered_files_, file->name())) continue;
    if (file->has_version()) {
      kinds.push_back(file);
    } else {
      expected.push_back(file->name());
    }
  }
  for (const Deployment& each : deployed_) {
    if (!contains(files_, each.kind->name())) kinds.push_back(each.kind);
  }
  auto catalog = KindCatalog::of(std::move(kinds));
  if (!catalog) return;  // Names are unique: files have theirs, and deployments are by name.
  catalog->expect(std::move(expected));
  zone_.set_kinds(*std::move(catalog));
}

}  // namespace dropzone
