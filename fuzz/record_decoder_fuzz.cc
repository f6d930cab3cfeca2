// Bodies of POST /store, and what is done with their texts afterwards.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/json/decode_records.h>
#include <dropzone/json/decode_transform.h>
#include <dropzone/json/document_decoder.h>
#include <dropzone/json/merge_patch.h>
#include <dropzone/json/record_text.h>
#include <dropzone/value/json_text.h>

#include "check.h"

namespace dropzone {
namespace {

// Few, so that inputs come near the limits.
constexpr json::DecodeLimits kLimits{.max_depth = 5, .max_records = 20};

std::string object_text(std::string_view original) {
  const auto records = json::decode_records(original, kLimits);
  check(records && records->size() == 1 && records->front().original == original);
  check(records->front().object.has_value());
  return to_json(*records->front().object);
}

/// An object is the same whether it is read from its original, or from the text it is stored as.
void check_object(const IncomingRecord& record) {
  const std::string text = to_json(*record.object);
  check(object_text(record.original) == text);
  const auto document = json::JsonDocumentDecoder().decode(text, {});
  check(document && *document == *record.object);
}

void check_shown(Object object) {
  object.take("_id");
  std::vector<FieldPath> fields;
  for (const Member& member : object.members()) {
    if (const auto field = FieldPath::parse(member.name)) fields.push_back(*field);
  }
  const std::string data = to_json(object);
  std::string out;
  json::append_record(out, {.id = "id", .data = data, .original = data},
                      {.original = json::OriginalForm::json, .fields = fields});
  const auto shown = json::JsonDocumentDecoder().decode(out, {});
  check(shown.has_value());
  std::string line;
  json::append_line(line, {.id = "id", .data = data, .original = data},
                    {.original = json::OriginalForm::json, .fields = fields});
  check(line.find_first_of("\r\n") == line.size() - 1);
  const auto folded = json::JsonDocumentDecoder().decode(line, {});
  check(folded && *folded == *shown);
}

/// One record's original as a patch of another's.
void check_merged(const IncomingRecord& target, const IncomingRecord& patch) {
  check(*json::merge_patch(target.original, "{}", kLimits) == target.original);
  const auto merged = json::merge_patch(target.original, patch.original, kLimits);
  check(merged.has_value());
  const auto records = json::decode_records(*merged, kLimits);
  check(records && records->size() == 1);
  const IncomingRecord& record = records->front();
  if (!record.object) return check(record.object.error().code == ErrorCode::invalid_id);
  for (const Member& member : patch.object->members()) {
    check((member.value == Value()) == (record.object->find(member.name) == nullptr));
  }
}

void check_records(std::string_view body, const std::vector<IncomingRecord>& records) {
  check(!records.empty() && records.size() <= kLimits.max_records);
  std::size_t position = 0;
  const IncomingRecord* last = nullptr;
  for (const IncomingRecord& record : records) {
    position = body.find(record.original, position);
    check(position != std::string_view::npos);
    position += record.original.size();
    if (!record.object) continue;
    check_object(record);
    check_shown(*record.object);
    check_merged(last ? *last : record, record);
    last = &record;
  }
}

}  // namespace
}  // namespace dropzone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dropzone;
  // An allocation of its own, so that a sanitizer sees a read past the end.
  const std::vector<char> bytes(data, data + size);
  const std::string_view body(bytes.data(), bytes.size());
  if (const auto records = json::decode_records(body, kLimits)) check_records(body, *records);
  if (const auto records = json::decode_ndjson(body, kLimits)) check_records(body, *records);
  static_cast<void>(json::decode_transform(body, kLimits));
  return 0;
}
