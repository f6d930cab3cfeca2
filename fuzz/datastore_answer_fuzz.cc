// Answers of Datastore's API, or of what answers in its place.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <dropzone/value/json_text.h>

#include "check.h"
#include "entity/entity_decoder.h"
#include "rpc/answer_faults.h"
#include "rpc/json_document.h"

namespace dropzone::datastore {
namespace {

/// Whatever an entity holds can be shown.
void decode(const JsonNode& result) {
  const auto entity = decode_entity(result, {.original = true, .meta = true});
  if (entity) static_cast<void>(to_json(entity->data));
}

void decode_all(const JsonNode* list) {
  if (!list || !list->IsArray()) return;
  for (const JsonNode& result : list->GetArray()) decode(result);
}

/// Says of an answer what is wrong with it, or reads it.
void read(const JsonNode& answer) {
  static const std::vector<RecordKey> keys{{"k", "a"}, {"k", "b"}};
  static const AnswerFault commit = fault_of_commit(1);
  static const AnswerFault lookup = fault_of_lookup(keys);
  static_cast<void>(commit(answer));
  static_cast<void>(fault_of_beginning(answer));
  if (lookup(answer).empty()) decode_all(member(answer, "found"));
  if (fault_of_query(answer).empty()) {
    const JsonNode* const batch = member(answer, "batch");
    check(batch != nullptr);
    decode_all(member(*batch, "entityResults"));
  }
  if (fault_of_aggregation(answer).empty()) {
    const JsonNode& results = *member(*member(answer, "batch"), "aggregationResults");
    check(results.Size() == 1);
    static_cast<void>(decode_value(*member(*member(results[0], "aggregateProperties"), "figure")));
  }
}

}  // namespace
}  // namespace dropzone::datastore

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dropzone::datastore;
  const auto document = JsonDocument::parse_object(std::string(data, data + size));
  if (document) read(document->root());
  return 0;
}
