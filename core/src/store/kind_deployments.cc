#include <dropzone/store/kind_deployments.h>

#include <algorithm>
#include <utility>

#include <dropzone/store/kind_examples.h>
#include <dropzone/text/hex.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

// Who loses so often meets somebody who deploys in a loop.
constexpr int kMaxAttempts = 20;

/// A record whose version changes whenever somebody deploys or retires a kind.
constexpr std::string_view kGenerationId = "_generation";

constexpr Projection kWhole{.original = true, .meta = true};

std::string version_id(std::string_view name, std::int64_t version) {
  return std::string(name) + '@' + std::to_string(version);
}

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

Filter is_set(std::string_view field, bool value) {
  return {Condition{*FieldPath::parse(field), Operator::equal, value}};
}

Result<void> for_each_definition(RecordRepository& repository, Filter which, const RecordSink& sink,
                                 const CallOptions& options) {
  Query query{.kind = std::string(kKindsKind), .filter = {}, .order = {}, .after = {}};
  query.filter = std::move(which);
  do {
    DROPZONE_TRY(query.after, repository.query(query, kWhole, sink, options));
  } while (query.after);
  return {};
}

/// What write_of() notes next to a definition.
struct DefinitionNote {
  std::int64_t version = 0;
  bool retired = false;
  bool by_file = false;
  std::string by;
};

/// `store_corrupt` if it is not there as it was written.
Result<DefinitionNote> read_note(const Value& data, std::string_view id) {
  const Object* object = data.as_object();
  const auto member = [&](std::string_view name) { return object ? object->find(name) : nullptr; };
  const Value* version = member("version");
  const Value* by = member("by");
  if (!version || !version->as_integer() || !by || !by->as_string()) {
    return Error{ErrorCode::store_corrupt,
                 "The definition " + in_quotes(id) + " in the store is damaged."};
  }
  const auto is_set = [&](std::string_view name) {
    const Value* value = member(name);
    return value && *value == Value(true);
  };
  return DefinitionNote{.version = *version->as_integer(),
                        .retired = is_set("retired"),
                        .by_file = is_set("file"),
                        .by = *by->as_string()};
}

std::string_view kind_name(const std::shared_ptr<const Kind>& kind) { return kind->name(); }

bool contains(const std::vector<std::shared_ptr<const Kind>>& kinds, std::string_view name) {
  return std::ranges::find(kinds, name, kind_name) != kinds.end();
}

}  // namespace

Result<std::vector<std::string>> kinds_deployed_by_request(RecordRepository& repository,
                                                           const CallOptions& options) {
  std::vector<std::string> names;
  DROPZONE_CHECK(for_each_definition(
      repository, {Filter::And{{is_set("head", true), is_set("file", false)}}},
      [&](const RecordView& view) { names.emplace_back(view.id); }, options));
  return names;
}

/// The present definition of a name, as the repository has it.
struct KindDeployments::Head {
  std::string name;
  Value definition;
  std::int64_t version = 0;
  bool retired = false;
  bool by_file = false;
  std::string etag;
  std::shared_ptr<const Kind> kind;  ///< Null if this program cannot read the definition.
};

KindDeployments::KindDeployments(Ports ports, DropZone& zone,
                                 std::vector<std::shared_ptr<const Kind>> files,
                                 RecordLimits limits)
    : ports_(std::move(ports)), zone_(zone), limits_(limits), files_(std::move(files)) {
  const MutexLock lock(mutex_);
  publish();
}

// ---- What the repository has.

Result<Kind> KindDeployments::parse(const Value& definition) const {
  return Kind::parse(definition, ports_.steps);
}

Result<KindDeployments::Head> KindDeployments::read_head(const RecordView& view) const {
  DROPZONE_TRY(const Value data, ports_.decode(view.data));
  Head head{.name = std::string(view.id), .definition = {}, .etag = view.meta->version, .kind = {}};
  DROPZONE_TRY(head.definition, ports_.decode(view.original));
  DROPZONE_TRY(const DefinitionNote note, read_note(data, view.id));
  head.version = note.version;
  head.retired = note.retired;
  head.by_file = note.by_file;
  auto kind = parse(head.definition);
  if (kind) {
    head.kind = std::make_shared<const Kind>(*std::move(kind));
  } else if (!head.retired && !head.by_file && ports_.warn) {
    ports_.warn("the kind " + head.name + " is deployed, and this program cannot use it: at " +
                kind.error().pointer + ": " + kind.error().detail);
  }
  return head;
}

Result<std::optional<KindDeployments::Head>> KindDeployments::find_head(
    const std::string& name, const CallOptions& options) {
  Result<std::optional<Head>> head = std::optional<Head>();
  DROPZONE_CHECK(ports_.repository.find(
      std::string(kKindsKind), std::span(&name, 1), kWhole,
      [&](const RecordView& view) {
        auto read = read_head(view);
        if (read) {
          head = std::optional(*std::move(read));
        } else {
          head = std::move(read).error();
        }
      },
      options));
  return head;
}

Write KindDeployments::write_of(std::string id, const Kind& kind, bool is_head, bool retired,
                                const CallOptions& options) const {
  Object data{{"kind", kind.name()}, {"version", kind.version()}, {"head", is_head}};
  if (retired) data.append("retired", true);
  data.append("file", is_by_file(kind.name()));
  data.append("by", options.principal);
  const Timestamp now = ports_.clock.now();
  Write write;
  write.kind = kKindsKind;
  write.id = std::move(id);
  write.original = to_json(kind.definition());
  write.data_json = to_json(data);
  write.data = std::move(data);
  write.meta = {.created_at = now,
                .updated_at = now,
                .version = ports_.ids.next(),
                .pipeline = std::string(kKindsKind) + "@1",
                .sha256 = ports_.digest.sha256(write.original)};
  return write;
}

/// False if somebody else was first.
Result<bool> KindDeployments::write_all(std::vector<Write> writes, const CallOptions& options) {
  DROPZONE_TRY(const auto outcomes,
               ports_.repository.write(std::move(writes), Atomicity::atomic, options));
  for (const WriteOutcome& outcome : outcomes) {
    if (outcome.status != WriteStatus::refused) continue;
    const ErrorCode code = outcome.error.code;
    if (code == ErrorCode::precondition_failed || code == ErrorCode::already_exists) return false;
    return outcome.error;
  }
  return true;
}

// ---- Deploying.

Result<Kind> KindDeployments::next_kind(const std::string& name, const Value& definition,
                                        const std::optional<Head>& head) const {
  DROPZONE_TRY(const Value whole, named(definition, name));
  DROPZONE_TRY(Kind kind, parse(whole));
  const bool is_same = head && head->kind && kind.transforms_like(*head->kind);
  const std::int64_t version = head ? head->version + (is_same ? 0 : 1) : 1;
  if (!kind.has_version()) return parse(numbered(whole, version));
  if (kind.version() == version) return kind;
  return Error{ErrorCode::version_conflict,
               "The version of this definition would be " + std::to_string(version) +
                   ", and it says " + std::to_string(kind.version()) +
                   ". Leave \"version\" out, or make it " + std::to_string(version) + ".",
               "/version"};
}

Result<Deployment> KindDeployments::check(std::string_view name, const Value& definition,
                                          const VersionConditions& conditions,
                                          const CallOptions& options) {
  const std::string text(name);
  if (is_by_file(name)) return managed_by_file(name);
  DROPZONE_TRY(const std::optional<Head> head, find_head(text, options));
  const bool exists = head && !head->retired && !head->by_file;
  if (conditions.if_none_match_any && exists) return there_is_one(name);
  if (conditions.if_match &&
      (!exists || (*conditions.if_match != "*" && *conditions.if_match != head->etag))) {
    return has_changed();
  }
  DROPZONE_TRY(Kind kind, next_kind(text, definition, head));
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
    Write head = write_of(kind.name(), kind, true, false, options);
    if (!wanted.etag.empty()) {
      head.if_exists = IfExists::replace;
      head.if_version = wanted.etag;
    }
    Write version = write_of(version_id(name, kind.version()), kind, false, false, options);
    version.if_exists = IfExists::skip;
    Write generation = write_of(std::string(kGenerationId), kind, false, false, options);
    generation.if_exists = IfExists::replace;
    wanted.etag = head.meta.version;
    std::vector<Write> writes;
    writes.push_back(std::move(head));
    writes.push_back(std::move(version));
    writes.push_back(std::move(generation));
    DROPZONE_TRY(const bool written, write_all(std::move(writes), options));
    if (!written) continue;
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
    DROPZONE_TRY(const std::optional<Head> head, find_head(text, options));
    if (!head || head->retired) return no_such_kind(name);
    if (conditions.if_match && *conditions.if_match != "*" && *conditions.if_match != head->etag) {
      return has_changed();
    }
    Write gone = write_of(text, *present.kind, true, true, options);
    gone.original = to_json(head->definition);
    gone.if_exists = IfExists::replace;
    gone.if_version = head->etag;
    Write generation = write_of(std::string(kGenerationId), *present.kind, false, false, options);
    generation.if_exists = IfExists::replace;
    std::vector<Write> writes;
    writes.push_back(std::move(gone));
    writes.push_back(std::move(generation));
    DROPZONE_TRY(const bool written, write_all(std::move(writes), options));
    if (!written) continue;
    DROPZONE_CHECK(refresh(options));
    return present;
  }
  return deployed_too_often();
}

std::optional<FailedExample> KindDeployments::failed_example(std::string_view name,
                                                             const Value& definition) const {
  const auto whole = named(definition, name);
  if (!whole) return std::nullopt;
  const auto kind = parse(*whole);
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

Result<KindVersion> KindDeployments::read_version(const RecordView& view) const {
  DROPZONE_TRY(const Value data, ports_.decode(view.data));
  DROPZONE_TRY(DefinitionNote note, read_note(data, view.id));
  return KindVersion{.version = note.version,
                     .definition = std::string(view.original),
                     .deployed_at = view.meta->created_at,
                     .deployed_by = std::move(note.by)};
}

Result<std::vector<KindVersion>> KindDeployments::versions(std::string_view name,
                                                           const CallOptions& options) {
  std::vector<KindVersion> versions;
  Result<void> sound;
  DROPZONE_CHECK(for_each_definition(
      ports_.repository, {Condition{*FieldPath::parse("kind"), Operator::equal, std::string(name)}},
      [&](const RecordView& view) {
        if (view.id == name || view.id == kGenerationId) return;
        auto version = read_version(view);
        if (version) {
          versions.push_back(*std::move(version));
        } else {
          sound = std::move(version).error();
        }
      },
      options));
  DROPZONE_CHECK(std::move(sound));
  if (versions.empty()) return no_such_kind(name);
  std::ranges::sort(versions, {}, &KindVersion::version);
  return versions;
}

Result<KindVersion> KindDeployments::version(std::string_view name, std::int64_t version,
                                             const CallOptions& options) {
  const std::string id = version_id(name, version);
  std::optional<Result<KindVersion>> found;
  DROPZONE_CHECK(ports_.repository.find(
      std::string(kKindsKind), std::span(&id, 1), kWhole,
      [&](const RecordView& view) { found = read_version(view); }, options));
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
  DROPZONE_TRY(const std::optional<Head> head, find_head(file->name(), options));
  std::shared_ptr<const Kind> kind = file;
  if (!file->has_version()) {
    DROPZONE_TRY(Kind next, next_kind(file->name(), file->definition(), head));
    kind = std::make_shared<const Kind>(std::move(next));
  }
  if (head && head->version >= kind->version() && head->by_file && !head->retired) return kind;
  std::vector<Write> writes;
  writes.push_back(
      write_of(version_id(kind->name(), kind->version()), *kind, false, false, options));
  writes.back().if_exists = IfExists::skip;
  if (!head || head->version <= kind->version()) {
    writes.push_back(write_of(kind->name(), *kind, true, false, options));
    if (head) {
      writes.back().if_exists = IfExists::replace;
      writes.back().if_version = head->etag;
    }
  }
  DROPZONE_TRY(const bool written, write_all(std::move(writes), options));
  if (!written)
    return deployed_too_often();  // Another instance notes it, too: the next refresh() looks.
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
  std::vector<Deployment> deployed;
  Result<void> sound;
  DROPZONE_CHECK(for_each_definition(
      ports_.repository, is_set("head", true),
      [&](const RecordView& view) {
        auto head = read_head(view);
        if (!head) {
          sound = std::move(head).error();
        } else if (head->kind && !head->retired && !head->by_file) {
          deployed.push_back({.kind = std::move(head->kind), .etag = head->etag});
        }
      },
      options));
  DROPZONE_CHECK(std::move(sound));
  const MutexLock lock(mutex_);
  deployed_ = std::move(deployed);
  publish();
  return {};
}

Result<void> KindDeployments::refresh(const CallOptions& options) {
  const MutexLock refreshing(refreshing_);
  const auto before = zone_.kinds();
  DROPZONE_CHECK(note_files(options));
  std::string generation;
  const std::string id(kGenerationId);
  DROPZONE_CHECK(ports_.repository.find(
      std::string(kKindsKind), std::span(&id, 1), {.meta = true, .data = false},
      [&](const RecordView& view) { generation = view.meta->version; }, options));
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
