#include <dropzone/value/extent.h>

#include <algorithm>

namespace dropzone {
namespace {

void add(Extent& whole, const Extent& part, std::size_t part_bytes) noexcept {
  whole.depth = std::max(whole.depth, part.depth + 1);
  whole.bytes += part_bytes;
}

}  // namespace

// Recurses as deep as the value is: kMaxNesting.
Extent extent_of(const Value& value) noexcept {
  Extent extent;
  if (const std::string* string = value.as_string()) {
    extent.bytes += heap_bytes(string->size());
  } else if (const Array* array = value.as_array()) {
    extent.depth = 1;
    for (const Value& element : *array) {
      const Extent part = extent_of(element);
      add(extent, part, part.bytes);
    }
  } else if (const Object* object = value.as_object()) {
    extent.depth = 1;
    for (const Member& member : object->members()) {
      const Extent part = extent_of(member.value);
      add(extent, part,
          part.bytes + sizeof(Member) - sizeof(Value) + heap_bytes(member.name.size()));
    }
  }
  return extent;
}

}  // namespace dropzone
