#include <dropzone/store/document_decoder.h>
#include <dropzone/value/json_pointer.h>

namespace dropzone {
namespace {

void collect(const Value& value, std::string& pointer, std::vector<std::string>& found);

void collect(const Object& object, std::string& pointer, std::vector<std::string>& found) {
  const std::size_t size = pointer.size();
  for (const Member& member : object.members()) {
    if (member.value.is_scalar() && !member.value.as_timestamp()) continue;
    append_pointer(pointer, member.name);
    collect(member.value, pointer, found);
    pointer.resize(size);
  }
}

void collect(const Array& array, std::string& pointer, std::vector<std::string>& found) {
  const std::size_t size = pointer.size();
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (array[i].is_scalar() && !array[i].as_timestamp()) continue;
    append_pointer(pointer, std::to_string(i));
    collect(array[i], pointer, found);
    pointer.resize(size);
  }
}

void collect(const Value& value, std::string& pointer, std::vector<std::string>& found) {
  if (value.as_timestamp()) {
    found.push_back(pointer);
  } else if (const Array* array = value.as_array()) {
    collect(*array, pointer, found);
  } else if (const Object* object = value.as_object()) {
    collect(*object, pointer, found);
  }
}

}  // namespace

std::vector<std::string> timestamp_pointers(const Object& object) {
  std::vector<std::string> found;
  std::string pointer;
  collect(object, pointer, found);
  return found;
}

}  // namespace dropzone
