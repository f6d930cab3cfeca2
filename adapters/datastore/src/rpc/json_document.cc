#include "rpc/json_document.h"

#include <charconv>
#include <utility>

namespace dropzone::datastore {
namespace {

constexpr unsigned kParseFlags =
    rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag |
    rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

// Datastore nests values 20 deep, each in three or four levels of JSON. What reads a document
// follows it by recursion.
constexpr int kMaxDepth = 200;

bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::optional<JsonDocument> JsonDocument::parse(std::string text) {
  auto state = std::make_unique<State>();
  state->text = std::move(text);
  // The parser stops at a NUL, which JSON text has none of: what would follow is not ours.
  if (state->text.find('\0') != std::string::npos || is_too_deep(state->text)) {
    return std::nullopt;
  }
  state->document.ParseInsitu<kParseFlags>(state->text.data());
  if (state->document.HasParseError()) return std::nullopt;
  JsonDocument document;
  document.state_ = std::move(state);
  return document;
}

std::optional<JsonDocument> JsonDocument::parse_object(std::string text) {
  auto document = parse(std::move(text));
  if (document && !document->root().IsObject()) return std::nullopt;
  return document;
}

const JsonNode& JsonDocument::root() const noexcept {
  static const JsonNode kNull;
  return state_ ? state_->document : kNull;
}

const JsonNode* member(const JsonNode& node, std::string_view name) noexcept {
  if (!node.IsObject()) return nullptr;
  // A name of its own type: else the text would be taken to end at a NUL.
  const JsonNode key(
      rapidjson::StringRef(name.data(), static_cast<rapidjson::SizeType>(name.size())));
  const auto found = node.FindMember(key);
  return found == node.MemberEnd() ? nullptr : &found->value;
}

std::string_view text_of(const JsonNode& node) noexcept {
  return node.IsString() ? std::string_view(node.GetString(), node.GetStringLength())
                         : std::string_view();
}

std::string_view text_member(const JsonNode& node, std::string_view name) noexcept {
  const JsonNode* const found = member(node, name);
  return found ? text_of(*found) : std::string_view();
}

std::optional<std::int64_t> integer_of(const JsonNode& node) noexcept {
  const std::string_view text = text_of(node);
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return integer;
}

}  // namespace dropzone::datastore
