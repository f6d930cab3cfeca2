#include "schema_ids.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <dropzone/text/ascii.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

// RFC 3986 as far as schemas need it: no "..", no queries.
std::string resolved_uri(const std::string& base, std::string_view uri) {
  if (uri.empty()) return base;
  const std::size_t scheme = uri.find(':');
  if (scheme != uri.npos && scheme < uri.find('/')) return std::string(uri);
  const std::size_t authority = base.find("//");
  if (uri.front() == '/' && authority != base.npos) {
    return base.substr(0, base.find('/', authority + 2)) + std::string(uri);
  }
  const std::size_t slash = base.rfind('/');
  return (slash == base.npos ? std::string() : base.substr(0, slash + 1)) + std::string(uri);
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                           hex_digit(text[i + 2]) >= 0;
    if (!is_escape) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
    i += 2;
  }
  return decoded;
}

std::string unescaped(std::string_view token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool is_escape = token[i] == '~' && i + 1 < token.size();
    name += !is_escape ? token[i] : token[++i] == '1' ? '/' : '~';
  }
  return name;
}

const Value* child(const Value& value, std::string_view token) {
  if (const Object* object = value.as_object()) return object->find(unescaped(token));
  const Array* array = value.as_array();
  std::size_t index = 0;
  const auto [end, fault] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (!array || fault != std::errc() || end != token.data() + token.size()) return nullptr;
  return index < array->size() ? &(*array)[index] : nullptr;
}

// Precondition: the pointer is empty or begins with a slash.
const Value* at_pointer(const Value* value, std::string_view pointer) {
  while (value && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    value = child(*value, pointer.substr(0, end));
    pointer.remove_prefix(end);
  }
  return value;
}

}  // namespace

SchemaIds::SchemaIds(const Value& definition) {
  by_uri_.emplace("", &definition);
  walk(definition, {});
}

// Recurses as deep as the definition is.
void SchemaIds::walk(const Value& value, Place place) {
  const Object* object = value.as_object();
  const Value* id = object ? object->find("$id") : nullptr;
  if (const std::string* name = id ? id->as_string() : nullptr; name && !object->find("$ref")) {
    if (name->starts_with('#')) {
      by_uri_.emplace(place.base + *name, &value);
    } else {
      place.base = resolved_uri(place.base, name->substr(0, name->find('#')));
      by_uri_.emplace(place.base, &value);
    }
  }
  if (object) walk_object(*object, place);
  if (const Array* array = value.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      walk((*array)[i], {pointer_to(place.pointer, i), place.base});
    }
  }
  places_.emplace(&value, std::move(place));
}

void SchemaIds::walk_object(const Object& object, const Place& place) {
  for (const Member& member : object.members()) {
    if (member.name == "enum" || member.name == "const") {
      places_.emplace(&member.value, Place{pointer_to(place.pointer, member.name), place.base});
    } else {
      walk(member.value, {pointer_to(place.pointer, member.name), place.base});
    }
  }
}

const std::string& SchemaIds::pointer_of(const Value& value) const {
  return places_.at(&value).pointer;
}

const Value* SchemaIds::resolve(const Value& from, std::string_view reference) const {
  const std::size_t hash = std::min(reference.find('#'), reference.size());
  const std::string& base = places_.at(&from).base;
  const std::string uri = resolved_uri(base, reference.substr(0, hash));
  const std::string fragment =
      hash == reference.size() ? std::string() : percent_decoded(reference.substr(hash + 1));
  if (!fragment.empty() && fragment.front() != '/') {
    const auto named = by_uri_.find(uri + '#' + fragment);
    return named == by_uri_.end() ? nullptr : named->second;
  }
  const auto document = by_uri_.find(uri);
  const Value* found = document == by_uri_.end() ? nullptr : at_pointer(document->second, fragment);
  return found && places_.contains(found) ? found : nullptr;
}

}  // namespace dropzone
