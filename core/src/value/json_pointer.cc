#include <dropzone/value/json_pointer.h>

#include <charconv>

namespace dropzone {
namespace {

/// The next token, unescaped, which is taken off the pointer.
std::string take_token(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::string_view escaped = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(escaped.size());
  std::string token;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const bool is_escape = escaped[i] == '~' && i + 1 < escaped.size();
    token += !is_escape ? escaped[i] : escaped[++i] == '1' ? '/' : '~';
  }
  return token;
}

const Value* element_at(const Array& array, std::string_view token) {
  std::size_t index = 0;
  const char* const end = token.data() + token.size();
  const auto [last, fault] = std::from_chars(token.data(), end, index);
  return fault == std::errc() && last == end && index < array.size() ? &array[index] : nullptr;
}

}  // namespace

void append_pointer(std::string& pointer, std::string_view token) {
  pointer += '/';
  for (const char c : token) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

std::string pointer_to(std::string pointer, std::string_view member) {
  append_pointer(pointer, member);
  return pointer;
}

std::string pointer_to(std::string pointer, std::size_t index) {
  return std::move(pointer) + '/' + std::to_string(index);
}

std::string pointer_to(const FieldPath& field) {
  std::string pointer;
  for (const std::string& part : field.parts()) append_pointer(pointer, part);
  return pointer;
}

const Value* find_at(const Object& object, std::string_view pointer) {
  if (!pointer.starts_with('/')) return nullptr;
  const Value* found = object.find(take_token(pointer));
  while (found && !pointer.empty()) {
    const std::string token = take_token(pointer);
    if (const Object* const inner = found->as_object()) {
      found = inner->find(token);
    } else if (const Array* const array = found->as_array()) {
      found = element_at(*array, token);
    } else {
      found = nullptr;
    }
  }
  return found;
}

}  // namespace dropzone
