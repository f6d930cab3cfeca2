#include "json_equality.h"

#include <algorithm>
#include <vector>

#include <dropzone/value/json_text.h>

namespace dropzone {
namespace {

// Recurses as deep as the value is.
void append_key(std::string& out, const Value& value) {
  if (const Array* array = value.as_array()) {
    out += '[';
    for (const Value& element : *array) {
      append_key(out, element);
      out += ',';
    }
    out += ']';
  } else if (const Object* object = value.as_object()) {
    std::vector<const Member*> members;
    for (const Member& member : object->members()) members.push_back(&member);
    std::ranges::sort(
        members, {}, [](const Member* member) -> auto& { return member->name; });
    out += '{';
    for (const Member* member : members) {
      append_json_string(out, member->name);
      append_key(out, member->value);
      out += ',';
    }
    out += '}';
  } else {
    append_json(out, value);
  }
}

}  // namespace

std::string equality_key(const Value& value) {
  std::string key;
  append_key(key, value);
  return key;
}

bool is_equal_json(const Value& a, const Value& b) {
  if (a == b) return true;
  const bool may_be_equal = !a.is_scalar() || a.as_timestamp() || b.as_timestamp();
  return may_be_equal && equality_key(a) == equality_key(b);
}

}  // namespace dropzone
