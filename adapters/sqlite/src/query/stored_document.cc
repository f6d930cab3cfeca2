#include "query/stored_document.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_set>
#include <utility>

#include <dropzone/value/json_pointer.h>

namespace dropzone::sqlite {
namespace {

// The end of a string whose opening quote is at `begin`: the place after its closing quote, or
// npos.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
  for (std::size_t i = begin + 1; i < json.size(); ++i) {
    if (json[i] == '"') return i + 1;
    if (json[i] == '\\') ++i;
  }
  return std::string_view::npos;
}

std::size_t end_of_nested(std::string_view json, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t i = begin; i < json.size();) {
    const char c = json[i];
    if (c == '"') {
      i = end_of_string(json, i);
      continue;
    }
    ++i;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return i;
  }
  return std::string_view::npos;
}

// Of a number or a literal, which is too short for find_first_of() to pay.
std::size_t end_of_word(std::string_view json, std::size_t begin) {
  for (std::size_t i = begin; i < json.size(); ++i) {
    if (json[i] == ',' || json[i] == '}' || json[i] == ']') return i;
  }
  return std::string_view::npos;
}

std::size_t end_of_value(std::string_view json, std::size_t begin) {
  if (begin >= json.size()) return std::string_view::npos;
  if (json[begin] == '"') return end_of_string(json, begin);
  if (json[begin] == '{' || json[begin] == '[') return end_of_nested(json, begin);
  return end_of_word(json, begin);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// What to_json() escapes: quotes, backslashes and control characters.
std::optional<std::string> unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case 'b': plain += '\b'; break;
      case 'f': plain += '\f'; break;
      case 'n': plain += '\n'; break;
      case 'r': plain += '\r'; break;
      case 't': plain += '\t'; break;
      case 'u': {
        if (i + 4 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 3]);
        const int low = hex_digit(text[i + 4]);
        if (text.substr(i + 1, 2) != "00" || high < 0 || low < 0) return std::nullopt;
        plain += static_cast<char>(high * 16 + low);
        i += 4;
        break;
      }
      default: plain += text[i];
    }
  }
  return plain;
}

bool is_string(std::string_view json) { return json.size() >= 2 && json.front() == '"'; }

std::string_view between_quotes(std::string_view json) { return json.substr(1, json.size() - 2); }

bool spells(std::string_view quoted, std::string_view name) {
  const std::string_view text = between_quotes(quoted);
  return text.find('\\') == std::string_view::npos ? text == name : unescaped(text) == name;
}

std::optional<Value> read_number(std::string_view json) {
  const char* const end = json.data() + json.size();
  std::int64_t integer = 0;
  const auto [rest_of_integer, overflow] = std::from_chars(json.data(), end, integer);
  if (overflow == std::errc() && rest_of_integer == end) return Value(integer);
  std::uint64_t large = 0;
  if (overflow != std::errc()) {
    const auto [rest, fault] = std::from_chars(json.data(), end, large);
    if (fault == std::errc() && rest == end) return Value(large);
  }
  double number = 0;
  if (const auto [rest, fault] = std::from_chars(json.data(), end, number);
      fault == std::errc() && rest == end) {
    return Value(number);
  }
  return std::nullopt;
}

// Walks the elements or members of a container whose text this is.
class Items {
 public:
  explicit Items(std::string_view container) : json_(container) {}

  // The next value's text, or nothing at the end and if the text is malformed.
  std::optional<std::string_view> next() {
    if (at_ + 1 >= json_.size() || (at_ == 1 && is_close(json_[1]))) return end();
    const std::size_t begin = at_;
    const std::size_t past = end_of_value(json_, begin);
    if (past >= json_.size() || past == begin) return fault();
    const char after = json_[past];
    if (after != ',' && after != ':' && !is_close(after)) return fault();
    at_ = past + 1;
    return json_.substr(begin, past - begin);
  }

  [[nodiscard]] bool malformed() const noexcept { return malformed_; }

 private:
  static bool is_close(char c) { return c == '}' || c == ']'; }
  std::optional<std::string_view> end() {
    malformed_ = malformed_ || json_.size() < 2 || !is_close(json_.back());
    return std::nullopt;
  }
  std::optional<std::string_view> fault() {
    malformed_ = true;
    return std::nullopt;
  }

  std::string_view json_;
  std::size_t at_ = 1;
  bool malformed_ = false;
};

// The text of an object's member, or nothing.
std::optional<std::string_view> find_member(std::string_view object, std::string_view name,
                                            bool& malformed) {
  Items items(object);
  while (const auto key = items.next()) {
    const auto value = items.next();
    if (!value || !is_string(*key)) {
      malformed = true;
      return std::nullopt;
    }
    if (spells(*key, name)) return value;
  }
  malformed = malformed || items.malformed();
  return std::nullopt;
}

// All members of an object; false if the text is malformed.
bool gather(std::string_view object, std::unordered_map<std::string, std::string_view>& members) {
  Items items(object);
  while (const auto key = items.next()) {
    const auto value = items.next();
    if (!value || !is_string(*key)) return false;
    auto name = unescaped(between_quotes(*key));
    if (!name) return false;
    members.try_emplace(*std::move(name), *value);
  }
  return !items.malformed();
}

/// Which strings are timestamps, for many look-ups.
class TimestampPointers {
 public:
  explicit TimestampPointers(std::span<const std::string> pointers) : pointers_(pointers) {
    if (pointers.size() > kFew) set_.insert(pointers.begin(), pointers.end());
  }
  [[nodiscard]] bool empty() const noexcept { return pointers_.empty(); }
  [[nodiscard]] bool contains(const std::string& pointer) const {
    return set_.empty() ? std::ranges::find(pointers_, pointer) != pointers_.end()
                        : set_.contains(pointer);
  }

 private:
  static constexpr std::size_t kFew = 8;
  std::span<const std::string> pointers_;
  std::unordered_set<std::string_view> set_;
};

std::optional<Value> read_string(std::string_view text, const std::string& pointer,
                                 const TimestampPointers& timestamps) {
  if (timestamps.contains(pointer)) {
    const auto timestamp = parse_timestamp(text);
    return timestamp ? std::optional<Value>(*timestamp) : std::nullopt;
  }
  if (text.find('\\') == std::string_view::npos) return Value(text);
  auto plain = unescaped(text);
  return plain ? std::optional<Value>(*std::move(plain)) : std::nullopt;
}

// A scalar; or an empty object or array, whatever is inside it.
std::optional<Value> read_flat(std::string_view json, const std::string& pointer,
                               const TimestampPointers& timestamps) {
  if (json == "null") return Value();
  if (json == "true") return Value(true);
  if (json == "false") return Value(false);
  if (json.front() == '{') return Value(Object());
  if (json.front() == '[') return Value(Array());
  if (is_string(json)) return read_string(between_quotes(json), pointer, timestamps);
  return read_number(json);
}

std::optional<Value> read_array(std::string_view json, const std::string& pointer,
                                const TimestampPointers& timestamps) {
  Array array;
  Items items(json);
  while (const auto element = items.next()) {
    auto value =
        read_flat(*element, timestamps.empty() ? std::string() : pointer_to(pointer, array.size()),
                  timestamps);
    if (!value) return std::nullopt;
    array.push_back(*std::move(value));
  }
  if (items.malformed()) return std::nullopt;
  return Value(std::move(array));
}

}  // namespace

// Each look walks the text up to the member; after some it is walked once, and remembered.
std::optional<std::string_view> StoredDocument::member_of(std::string_view object,
                                                          std::string_view name) const {
  constexpr std::size_t kFewLooks = 16;
  constexpr std::size_t kShortText = 1'024;
  if (++looks_ <= kFewLooks || object.size() <= kShortText) {
    return find_member(object, name, malformed_);
  }
  if (!known_) known_.emplace();
  const auto [known, is_new] = known_->try_emplace(object.data());
  if (is_new && !gather(object, known->second)) malformed_ = true;
  const auto found = known->second.find(std::string(name));
  return found != known->second.end() ? std::optional(found->second) : std::nullopt;
}

const Value* StoredDocument::find(const FieldPath& field) const {
  if (field.is_meta_time()) {
    const bool created = field.reserved() == FieldPath::Reserved::created_at;
    value_ = Value(created ? created_at_ : updated_at_);
    return &value_;
  }
  std::optional<std::string_view> found = json_;
  for (const std::string& part : field.parts()) {
    if (!found->starts_with('{')) {
      malformed_ = malformed_ || found->empty();
      return nullptr;
    }
    found = member_of(*found, part);
    if (!found) return nullptr;
  }
  const bool has_texts = found->starts_with('"') || found->starts_with('[');
  const std::string pointer = has_texts && !timestamps_.empty() ? pointer_to(field) : std::string();
  const TimestampPointers timestamps(timestamps_);
  auto value = found->starts_with('[') ? read_array(*found, pointer, timestamps)
                                       : read_flat(*found, pointer, timestamps);
  if (!value) {
    malformed_ = true;
    return nullptr;
  }
  value_ = *std::move(value);
  return &value_;
}

}  // namespace dropzone::sqlite
