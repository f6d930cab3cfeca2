#include "request_members.h"

#include <algorithm>
#include <limits>
#include <set>

#include <dropzone/json/decode_value.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>

#include "text.h"

namespace dropzone::json {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;

std::string must_be(std::string_view name, std::string_view expected, const Value& found) {
  return in_quotes(name) + " must be " + std::string(expected) + ", not " +
         with_article(class_name(found.value_class())) + ".";
}

std::string at_most(std::string_view name, std::size_t most) {
  return in_quotes(name) + " may list at most " + std::to_string(most) + " fields.";
}

}  // namespace

Result<Object> decode_request(std::string_view body, std::size_t max_depth, MemoryAccount* memory) {
  auto value = decode_value(
      body, {.max_depth = max_depth, .max_values = kMaxRequestValues, .memory = memory});
  if (!value) return std::move(value).error();
  if (Object* object = value->as_object()) return std::move(*object);
  return Error{
      ErrorCode::invalid_request,
      "The body must be an object, not " + with_article(class_name(value->value_class())) + "."};
}

void RequestMembers::allow(std::span<const std::string_view> names) {
  for (const Member& member : object_.members()) {
    if (std::ranges::find(names, member.name) != names.end()) continue;
    refuse(member.name,
           "There is no member " + in_quotes(member.name) + " here." +
               did_you_mean(member.name, names),
           ErrorCode::unknown_member);
    return;
  }
}

std::optional<std::string> RequestMembers::string(std::string_view name) {
  const Value* value = find(name);
  if (!value) return std::nullopt;
  if (const std::string* text = value->as_string()) return *text;
  refuse(name, must_be(name, "a string", *value));
  return std::nullopt;
}

bool RequestMembers::flag(std::string_view name) {
  const Value* value = find(name);
  if (!value) return false;
  const bool* flag = value->as_boolean();
  if (!flag) refuse(name, must_be(name, "true or false", *value));
  return flag && *flag;
}

OriginalForm RequestMembers::original(std::string_view name) {
  const Value* value = find(name);
  if (!value) return OriginalForm::none;
  const std::string* text = value->as_string();
  if (text && *text == "text") return OriginalForm::text;
  const bool* flag = value->as_boolean();
  if (!flag) refuse(name, in_quotes(name) + " must be true, false or \"text\".");
  return flag && *flag ? OriginalForm::json : OriginalForm::none;
}

std::optional<std::size_t> RequestMembers::positive(std::string_view name) {
  const Value* value = find(name);
  if (!value) return std::nullopt;
  const std::int64_t* integer = value->as_integer();
  if (integer && *integer >= 1) return static_cast<std::size_t>(*integer);
  const bool is_number = value->value_class() == ValueClass::number;
  if (is_number && to_double(*value) >= kTwoTo63) return std::numeric_limits<std::size_t>::max();
  refuse(name, in_quotes(name) + " must be a whole number of at least 1.");
  return std::nullopt;
}

std::optional<std::int64_t> RequestMembers::rate() {
  constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
  const auto rate = positive("maxPerSecond");
  if (!rate) return std::nullopt;
  return static_cast<std::int64_t>(std::min(*rate, kMost));
}

std::vector<std::string> RequestMembers::strings(std::string_view name) {
  const Value* value = find(name);
  if (!value) return {};
  const Array* array = value->as_array();
  if (!array) return refuse(name, must_be(name, "an array", *value)), std::vector<std::string>();
  if (array->empty()) refuse(name, in_quotes(name) + " must not be empty.");
  std::vector<std::string> strings;
  strings.reserve(array->size());
  for (const Value& element : *array) {
    if (const std::string* text = element.as_string()) {
      strings.push_back(*text);
      continue;
    }
    refuse_at(pointer_to(pointer_to(pointer_, name), strings.size()),
              "The elements of " + in_quotes(name) + " must be strings.",
              ErrorCode::invalid_request);
    break;
  }
  return strings;
}

std::vector<FieldPath> RequestMembers::fields(std::string_view name, std::size_t most) {
  const std::vector<std::string> names = strings(name);
  if (names.size() > most) refuse(name, at_most(name, most));
  std::vector<FieldPath> fields;
  std::set<FieldPath> seen;
  for (std::size_t i = 0; i < names.size() && !fault_; ++i) {
    FieldPath path = field(name, i, names[i]);
    if (seen.insert(path).second) fields.push_back(std::move(path));
  }
  return fields;
}

std::vector<SortKey> RequestMembers::sort_keys(std::string_view name) {
  const std::vector<std::string> names = strings(name);
  if (names.size() > kMaxSortKeys) refuse(name, at_most(name, kMaxSortKeys));
  std::vector<SortKey> keys;
  for (std::size_t i = 0; i < names.size() && !fault_; ++i) {
    const bool descending = names[i].starts_with('-');
    const auto dotted = std::string_view(names[i]).substr(descending ? 1 : 0);
    keys.push_back({field(name, i, dotted), descending});
  }
  return keys;
}

FieldPath RequestMembers::field(std::string_view name, std::size_t index, std::string_view dotted) {
  auto path = FieldPath::parse(dotted);
  if (path) return *std::move(path);
  refuse_at(pointer_to(pointer_to(pointer_, name), index), std::move(path.error().detail),
            ErrorCode::invalid_request);
  return {};
}

void RequestMembers::refuse(std::string_view name, std::string detail, ErrorCode code) {
  refuse_at(pointer_to(pointer_, name), std::move(detail), code);
}

void RequestMembers::refuse_at(std::string pointer, std::string detail, ErrorCode code) {
  if (!fault_) fault_ = {code, std::move(detail), std::move(pointer), {}};
}

}  // namespace dropzone::json
