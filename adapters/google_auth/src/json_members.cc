#include "json_members.h"

#include <charconv>
#include <cstddef>
#include <utility>

#include <dropzone/json/decode_value.h>

namespace dropzone::google_auth {
namespace {

constexpr std::size_t kMaxDepth = 32;

}  // namespace

std::optional<Object> parse_object(std::string_view text) {
  auto value = json::decode_value(text, kMaxDepth);
  if (!value || !value->as_object()) return std::nullopt;
  return std::move(*value->as_object());
}

std::string_view text_member(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  const std::string* const text = value ? value->as_string() : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

const Object* object_member(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  return value ? value->as_object() : nullptr;
}

std::optional<std::int64_t> integer_member(const Object& object, std::string_view name) {
  const Value* const value = object.find(name);
  if (!value) return std::nullopt;
  if (const std::int64_t* const integer = value->as_integer()) return *integer;
  const std::string_view text = text_member(object, name);
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return integer;
}

}  // namespace dropzone::google_auth
