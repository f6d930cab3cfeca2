#include "store/kind_definitions.h"

#include <algorithm>
#include <span>
#include <utility>

#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_text.h>

#include "store/find_one.h"

namespace dropzone {
namespace {

constexpr std::string_view kGenerationId = "_generation";

constexpr Projection kWhole{.original = true, .meta = true};

std::string version_id(std::string_view name, std::int64_t version) {
  return std::string(name) + '@' + std::to_string(version);
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
  const auto is_true = [&](std::string_view name) {
    const Value* value = member(name);
    return value && *value == Value(true);
  };
  return DefinitionNote{.version = *version->as_integer(),
                        .retired = is_true("retired"),
                        .by_file = is_true("file"),
                        .by = *by->as_string()};
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

// ---- Reading.

std::shared_ptr<const Kind> KindDefinitions::readable_kind(const Head& head) const {
  auto kind = Kind::parse(head.definition, ports_.steps);
  if (kind) return std::make_shared<const Kind>(*std::move(kind));
  if (!head.retired && !head.by_file && ports_.warn) {
    const Error error = std::move(kind).error();
    ports_.warn("the kind " + head.name + " is deployed, and this program cannot use it: at " +
                error.pointer + ": " + error.detail);
  }
  return nullptr;
}

Result<KindDefinitions::Head> KindDefinitions::read_head(const RecordView& view) const {
  DROPZONE_TRY(const Value data, ports_.decode(view.data));
  Head head{.name = std::string(view.id), .definition = {}, .etag = view.meta->version, .kind = {}};
  DROPZONE_TRY(head.definition, ports_.decode(view.original));
  DROPZONE_TRY(const DefinitionNote note, read_note(data, view.id));
  head.version = note.version;
  head.retired = note.retired;
  head.by_file = note.by_file;
  head.kind = readable_kind(head);
  return head;
}

Result<std::optional<KindDefinitions::Head>> KindDefinitions::find_head(
    const std::string& name, const CallOptions& options) const {
  return find_one(
      ports_.repository, kKindsKind, name, kWhole,
      [this](const RecordView& view) { return read_head(view); }, options);
}

Result<std::vector<KindDefinitions::Head>> KindDefinitions::heads(
    const CallOptions& options) const {
  std::vector<Head> heads;
  Result<void> sound;
  DROPZONE_CHECK(for_each_definition(
      ports_.repository, is_set("head", true),
      [&](const RecordView& view) {
        auto head = read_head(view);
        if (head) {
          heads.push_back(*std::move(head));
        } else {
          sound = std::move(head).error();
        }
      },
      options));
  DROPZONE_CHECK(std::move(sound));
  return heads;
}

Result<KindVersion> KindDefinitions::read_version(const RecordView& view) const {
  DROPZONE_TRY(const Value data, ports_.decode(view.data));
  DROPZONE_TRY(DefinitionNote note, read_note(data, view.id));
  return KindVersion{.version = note.version,
                     .definition = std::string(view.original),
                     .deployed_at = view.meta->created_at,
                     .deployed_by = std::move(note.by)};
}

Result<std::vector<KindVersion>> KindDefinitions::versions(std::string_view name,
                                                           const CallOptions& options) const {
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
  std::ranges::sort(versions, {}, &KindVersion::version);
  return versions;
}

Result<std::optional<KindVersion>> KindDefinitions::find_version(std::string_view name,
                                                                 std::int64_t version,
                                                                 const CallOptions& options) const {
  return find_one(
      ports_.repository, kKindsKind, version_id(name, version), kWhole,
      [this](const RecordView& view) { return read_version(view); }, options);
}

Result<std::string> KindDefinitions::generation(const CallOptions& options) const {
  std::string generation;
  const std::string id(kGenerationId);
  DROPZONE_CHECK(ports_.repository.find(
      std::string(kKindsKind), std::span(&id, 1), {.meta = true, .data = false},
      [&](const RecordView& view) { generation = view.meta->version; }, options));
  return generation;
}

// ---- Writing.

KindDefinitions::Defined KindDefinitions::defined_by(const Kind& kind) {
  return {kind.name(), kind.version(), kind.definition()};
}

Write KindDefinitions::write_of(std::string id, const Defined& defined, Marks marks,
                                const CallOptions& options) const {
  Object data{{"kind", defined.name}, {"version", defined.version}, {"head", marks.head}};
  if (marks.retired) data.append("retired", true);
  data.append("file", marks.by_file);
  data.append("by", options.principal);
  const Timestamp now = ports_.clock.now();
  Write write;
  write.kind = kKindsKind;
  write.id = std::move(id);
  write.original = to_json(defined.definition);
  write.data_json = to_json(data);
  write.data = std::move(data);
  write.meta = {.created_at = now,
                .updated_at = now,
                .version = ports_.ids.next(),
                .pipeline = std::string(kKindsKind) + "@1",
                .sha256 = ports_.digest.sha256(write.original)};
  return write;
}

Write KindDefinitions::version_write(const Kind& kind, bool by_file,
                                     const CallOptions& options) const {
  Write write = write_of(version_id(kind.name(), kind.version()), defined_by(kind),
                         {.by_file = by_file}, options);
  write.if_exists = IfExists::skip;
  return write;
}

Write KindDefinitions::generation_write(const Defined& defined, const CallOptions& options) const {
  Write write = write_of(std::string(kGenerationId), defined, {}, options);
  write.if_exists = IfExists::replace;
  return write;
}

/// False if somebody else was first.
Result<bool> KindDefinitions::write_all(std::vector<Write> writes,
                                        const CallOptions& options) const {
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

Result<std::optional<std::string>> KindDefinitions::deploy(const Kind& kind,
                                                           const std::string& replaced,
                                                           const CallOptions& options) const {
  Write head = write_of(kind.name(), defined_by(kind), {.head = true}, options);
  if (!replaced.empty()) {
    head.if_exists = IfExists::replace;
    head.if_version = replaced;
  }
  std::string etag = head.meta.version;
  std::vector<Write> writes;
  writes.push_back(std::move(head));
  writes.push_back(version_write(kind, false, options));
  writes.push_back(generation_write(defined_by(kind), options));
  DROPZONE_TRY(const bool written, write_all(std::move(writes), options));
  return written ? std::optional(std::move(etag)) : std::nullopt;
}

Result<bool> KindDefinitions::retire(const Head& head, const CallOptions& options) const {
  const Defined defined{head.name, head.version, head.definition};
  Write gone = write_of(head.name, defined, {.head = true, .retired = true}, options);
  gone.if_exists = IfExists::replace;
  gone.if_version = head.etag;
  std::vector<Write> writes;
  writes.push_back(std::move(gone));
  writes.push_back(generation_write(defined, options));
  return write_all(std::move(writes), options);
}

Result<bool> KindDefinitions::keep_file(const Kind& kind, const std::optional<Head>& head,
                                        const CallOptions& options) const {
  std::vector<Write> writes;
  writes.push_back(version_write(kind, true, options));
  if (!head || head->version <= kind.version()) {
    writes.push_back(
        write_of(kind.name(), defined_by(kind), {.head = true, .by_file = true}, options));
    if (head) {
      writes.back().if_exists = IfExists::replace;
      writes.back().if_version = head->etag;
    }
  }
  return write_all(std::move(writes), options);
}

}  // namespace dropzone
