#include <dropzone/value/json_pointer.h>

namespace dropzone {

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

}  // namespace dropzone
