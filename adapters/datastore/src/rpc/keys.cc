#include "rpc/keys.h"

#include <charconv>

#include <dropzone/value/json_text.h>
#include <dropzone/value/record_id.h>

namespace dropzone::datastore {
namespace {

constexpr std::string_view kNumericPrefix = "__id";
constexpr std::string_view kNumericSuffix = "__";

}  // namespace

bool is_reserved(std::string_view name) noexcept {
  return name.size() >= 4 && name.starts_with("__") && name.ends_with("__");
}

std::optional<std::int64_t> numeric_key(std::string_view id) noexcept {
  if (!id.starts_with(kNumericPrefix) || !id.ends_with(kNumericSuffix)) return std::nullopt;
  if (id.size() < kNumericPrefix.size() + kNumericSuffix.size() + 1) return std::nullopt;
  const std::string_view digits =
      id.substr(kNumericPrefix.size(), id.size() - kNumericPrefix.size() - kNumericSuffix.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_whole = error == std::errc() && end == digits.data() + digits.size();
  if (!is_whole || number == 0 || digits.front() == '0') return std::nullopt;
  return number;
}

bool is_key(std::string_view id) noexcept {
  if (numeric_key(id)) return true;
  return !id.empty() && id.size() <= kMaxIdBytes && !is_reserved(id) && is_utf8(id);
}

std::strong_ordering compare_ids(std::string_view left, std::string_view right) noexcept {
  const auto left_number = numeric_key(left);
  const auto right_number = numeric_key(right);
  if (left_number && right_number) return *left_number <=> *right_number;
  if (left_number) return std::strong_ordering::less;
  if (right_number) return std::strong_ordering::greater;
  return left.compare(right) <=> 0;
}

void append_partition(std::string& out, const Partition& partition) {
  out += "{\"projectId\":";
  append_json_string(out, partition.project);
  if (!partition.database.empty()) {
    out += ",\"databaseId\":";
    append_json_string(out, partition.database);
  }
  if (!partition.name_space.empty()) {
    out += ",\"namespaceId\":";
    append_json_string(out, partition.name_space);
  }
  out += '}';
}

void append_database(std::string& out, const Partition& partition) {
  if (partition.database.empty()) return;
  out += "\"databaseId\":";
  append_json_string(out, partition.database);
  out += ',';
}

void append_key(std::string& out, const Partition& partition, std::string_view kind,
                std::string_view id) {
  out += "{\"partitionId\":";
  append_partition(out, partition);
  out += ",\"path\":[{\"kind\":";
  append_json_string(out, kind);
  if (const auto number = numeric_key(id)) {
    out += ",\"id\":\"" + std::to_string(*number) + '"';
  } else {
    out += ",\"name\":";
    append_json_string(out, id);
  }
  out += "}]}";
}

std::optional<std::string> id_of_key(const JsonNode& key) {
  const JsonNode* const path = member(key, "path");
  if (!path || !path->IsArray() || path->Size() != 1) return std::nullopt;
  const JsonNode& element = (*path)[0];
  if (const JsonNode* const name = member(element, "name")) return std::string(text_of(*name));
  const std::string_view number = text_member(element, "id");
  if (number.empty()) return std::nullopt;
  std::string id(kNumericPrefix);
  id += number;
  id += kNumericSuffix;
  return id;
}

}  // namespace dropzone::datastore
