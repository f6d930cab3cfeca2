#include <charconv>
#include <cmath>
#include <utility>

#include <dropzone/value/json_text.h>
#include <dropzone/value/limits.h>

#include "entity/entity_decoder.h"
#include "entity/property_names.h"
#include "rpc/keys.h"

namespace dropzone::datastore {
namespace {

Value too_deep() { return Object{{"tooDeep", Value(true)}}; }

Value decode_double(const JsonNode& node, std::size_t = 0) {
  const std::string_view text = text_of(node);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (is_number && std::isfinite(number)) return Value(number);
  return Object{{"double", Value(text)}};
}

Value decode_timestamp(const JsonNode& node, std::size_t) {
  const auto timestamp = parse_timestamp(text_of(node));
  return timestamp ? Value(*timestamp) : Value(text_of(node));
}

Value decode_array(const JsonNode& node, std::size_t level) {
  if (level >= kMaxNesting) return too_deep();
  Array array;
  if (const JsonNode* const values = member(node, "values"); values && values->IsArray()) {
    array.reserve(values->Size());
    for (const JsonNode& value : values->GetArray()) {
      array.push_back(decode_value(value, level + 1));
    }
  }
  return array;
}

const JsonNode* only_property(const JsonNode& properties, std::string_view name) {
  return properties.MemberCount() == 1 ? member(properties, name) : nullptr;
}

Value decode_properties(const JsonNode& properties, std::size_t level) {
  if (const JsonNode* const wrapped = only_property(properties, kArrayWrapper)) {
    if (const JsonNode* const array = member(*wrapped, "arrayValue")) {
      return decode_array(*array, level);
    }
  }
  if (const JsonNode* const wrapped = only_property(properties, kTextWrapper)) {
    const auto document =
        JsonDocument::parse_object(std::string(text_member(*wrapped, "stringValue")));
    if (document) return decode_value(document->root(), level);
  }
  if (level >= kMaxNesting) return too_deep();
  Object object;
  for (const auto& property : properties.GetObject()) append_property(object, property, level + 1);
  return object;
}

Value decode_entity_value(const JsonNode& node, std::size_t level) {
  const JsonNode* const properties = member(node, "properties");
  return properties && properties->IsObject() ? decode_properties(*properties, level)
                                              : Value(Object());
}

Value decode_key(const JsonNode& node, std::size_t) {
  Array path;
  if (const JsonNode* const elements = member(node, "path"); elements && elements->IsArray()) {
    for (const JsonNode& element : elements->GetArray()) {
      path.emplace_back(text_member(element, "kind"));
      const JsonNode* const name = member(element, "name");
      path.emplace_back(name ? text_of(*name) : text_member(element, "id"));
    }
  }
  return Object{{"key", Value(std::move(path))}};
}

Value decode_place(const JsonNode& node, std::size_t) {
  const auto coordinate = [&](std::string_view name) {
    const JsonNode* const number = member(node, name);
    return number ? decode_double(*number) : Value(0);
  };
  return Object{{"latitude", coordinate("latitude")}, {"longitude", coordinate("longitude")}};
}

using Decode = Value (*)(const JsonNode&, std::size_t level);

// How each type is read; a value has one of these members.
constexpr std::pair<std::string_view, Decode> kTypes[] = {
    {"stringValue", [](const JsonNode& node, std::size_t) { return Value(text_of(node)); }},
    {"integerValue",
     [](const JsonNode& node, std::size_t) { return Value(integer_of(node).value_or(0)); }},
    {"doubleValue", decode_double},
    {"timestampValue", decode_timestamp},
    {"booleanValue", [](const JsonNode& node, std::size_t) { return Value(node.IsTrue()); }},
    {"arrayValue", decode_array},
    {"entityValue", decode_entity_value},
    {"blobValue",
     [](const JsonNode& node, std::size_t) {
       return Value(Object{{"blob", Value(text_of(node))}});
     }},
    {"keyValue", decode_key},
    {"geoPointValue", decode_place},
};

}  // namespace

void append_property(Object& object, const JsonNode::Member& property, std::size_t level) {
  const std::string_view name = text_of(property.name);
  Value value = decode_value(property.value, level);
  // Only names such as these can be two properties' name for one member.
  if (name.find_first_of("%.[{") == name.npos) {
    object.append(std::string(name), std::move(value));
  } else {
    object.set(member_name(name), std::move(value));
  }
}

// What follows recurses as deep as a value can be, and again for a text within.
Value decode_value(const JsonNode& value, std::size_t level) {
  for (const auto& [name, decode] : kTypes) {
    if (const JsonNode* const node = member(value, name)) return decode(*node, level);
  }
  return Value();
}

}  // namespace dropzone::datastore
