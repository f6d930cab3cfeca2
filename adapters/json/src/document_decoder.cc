#include <dropzone/json/document_decoder.h>

#include <charconv>
#include <limits>
#include <utility>

#include <dropzone/value/limits.h>
#include <dropzone/value/timestamp.h>

#include "value_collector.h"

namespace dropzone::json {
namespace {

Error corrupt(std::string detail) { return {ErrorCode::store_corrupt, std::move(detail)}; }

std::string unescape(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      name += token[++i] == '1' ? '/' : '~';
    } else {
      name += token[i];
    }
  }
  return name;
}

Value* element_at(Array& array, std::string_view token) {
  std::size_t index = 0;
  const auto result = std::from_chars(token.data(), token.data() + token.size(), index);
  if (result.ec != std::errc() || index >= array.size()) return nullptr;
  return &array[index];
}

Value* member_at(Object& object, std::string_view token) {
  if (token.find('~') == std::string_view::npos) return object.find(token);
  return object.find(unescape(token));
}

/// What an RFC 6901 pointer leads to, or null.
Value* find(Object& object, std::string_view pointer) {
  Object* inner = &object;
  Value* found = nullptr;
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    if (found && found->as_array()) {
      found = element_at(*found->as_array(), token);
    } else {
      found = inner ? member_at(*inner, token) : nullptr;
    }
    if (!found) return nullptr;
    inner = found->as_object();
  }
  return found;
}

Result<void> restore(Object& object, const std::string& pointer) {
  Value* const value = find(object, pointer);
  const std::string* const text = value ? value->as_string() : nullptr;
  if (!text) return corrupt("A record's timestamp is missing at " + pointer + ".");
  const auto timestamp = parse_timestamp(*text);
  if (!timestamp) return corrupt("A record's timestamp is malformed at " + pointer + ".");
  *value = *timestamp;
  return {};
}

}  // namespace

Result<Object> JsonDocumentDecoder::decode(std::string_view json,
                                           std::span<const std::string> timestamps) const {
  // A scan decodes one record after the other, on a thread of its own.
  thread_local Reader reader;
  constexpr DecodeLimits kAsStored{.max_depth = kMaxNesting,
                                   .max_values = std::numeric_limits<std::size_t>::max()};
  thread_local ValueBuilder builder(kAsStored, Duplicates::last_wins);
  builder.clear();
  ValueCollector collector(json, builder);
  if (reader.read(json, collector)) return corrupt("A record's data is not JSON.");
  auto value = builder.finish();
  if (!value) return corrupt("A record's data cannot be read: " + value.error().detail);
  if (!value->as_object()) return corrupt("A record's data is not a JSON object.");
  Object object = std::move(*value->as_object());
  for (const std::string& pointer : timestamps) {
    if (auto restored = restore(object, pointer); !restored) return std::move(restored).error();
  }
  return object;
}

}  // namespace dropzone::json
