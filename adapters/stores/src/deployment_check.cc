#include <dropzone/stores/deployment_check.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <utility>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/json/shared_objects.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/text/base64.h>
#include <dropzone/value/json_text.h>

namespace dropzone::stores {
namespace {

/// As long as the start of the server may wait for the store.
Deadline start_deadline() { return std::chrono::steady_clock::now() + std::chrono::seconds(30); }

constexpr std::string_view kDigestMember = "digest";

/// Records by kind, the server's own kinds left out.
using Counts = std::map<std::string, std::int64_t, std::less<>>;

Result<Counts> count_records(RecordRepository& repository) {
  const auto names = repository.kinds(start_deadline());
  if (!names) return names.error();
  Counts counts;
  for (const std::string& name : *names) {
    if (name.starts_with(kSystemKindPrefix)) continue;
    AggregateQuery everything;
    everything.kind = name;
    everything.count = true;
    const auto found = repository.aggregate(everything, start_deadline());
    if (!found) return found.error();
    counts.emplace(name, found->count.value_or(0));
  }
  return counts;
}

/// "20,006"
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto end = static_cast<std::ptrdiff_t>(digits.size()) - 3; end > 0; end -= 3) {
    digits.insert(static_cast<std::size_t>(end), 1, ',');
  }
  return digits;
}

std::string counted(std::int64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

/// What a version of a kind stands for.
std::string digest_of(const Kind& kind) {
  Object fields;
  for (const auto& [field, type] : kind.fields()) {
    fields.append(field.name(), std::string(type_name(type)));
  }
  const auto hash = crypto::OpensslDigest().sha256(
      to_json(Object{{"pipeline", kind.pipeline_definition()}, {"fields", fields}}));
  return base64_encode(crypto::bytes_of(hash), Base64::url);
}

std::string changed_pipeline(const Kind& kind) {
  return "the pipeline or the fields of the kind " + kind.name() +
         " changed, and its version did not: records from before and after all say \"" +
         kind.pipeline_name() + "\". Raise \"version\" in " + kind.name() + ".json.";
}

std::string no_file(const std::string& kind, std::int64_t records) {
  return "the store has " + counted(records, "record") + " of the kind " + kind +
         ", which no request can reach: there is no " + kind + ".json in --kinds. Put it back.";
}

Result<void> find_changed_pipelines(json::SharedObjects& known, const KindCatalog& kinds,
                                    std::vector<std::string>& doubts) {
  std::vector<std::string> names;
  for (const auto& kind : kinds.kinds()) names.push_back(kind->pipeline_name());
  const auto found = known.find_all(names, start_deadline());
  if (!found) return found.error();
  std::map<std::string, std::string> digests;
  for (const auto& each : *found)
    digests.emplace(each.id, text_of(each.object.find(kDigestMember)));
  for (const auto& kind : kinds.kinds()) {
    const auto before = digests.find(kind->pipeline_name());
    if (before == digests.end()) {
      const auto noted =
          known.insert(kind->pipeline_name(),
                       Object{{std::string(kDigestMember), digest_of(*kind)}}, start_deadline());
      if (!noted) return noted.error();
    } else if (before->second != digest_of(*kind)) {
      doubts.push_back(changed_pipeline(*kind));
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> find_doubts(const Store& store, RecordRepository& repository,
                                     const KindCatalog& kinds, Clock& clock, IdSource& ids) {
  std::vector<std::string> doubts;
  if (!repository.durable()) return doubts;
  json::SharedObjects known(repository, clock, ids, std::string(kPipelinesKind));
  if (!find_changed_pipelines(known, kinds, doubts) || !store.embedded) return doubts;
  const auto counts = count_records(repository);
  if (!counts) return doubts;
  for (const auto& [kind, records] : *counts) {
    if (records > 0 && !kinds.find(kind)) doubts.push_back(no_file(kind, records));
  }
  return doubts;
}

std::string describe(const Store& store, RecordRepository& repository) {
  if (!store.embedded) return "records are kept in " + store.description;
  if (store.is_new) return "made a new store: " + store.description;
  std::int64_t records = 0;
  std::int64_t kinds = 0;
  if (const auto counts = count_records(repository)) {
    for (const auto& [kind, count] : *counts) records += count;
    kinds = static_cast<std::int64_t>(counts->size());
  }
  return "opened " + store.description + ": " + counted(records, "record") + " of " +
         counted(kinds, "kind");
}

}  // namespace dropzone::stores
