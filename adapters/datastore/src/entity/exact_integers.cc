#include "entity/exact_integers.h"

#include <charconv>
#include <cstdint>
#include <functional>
#include <map>

#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>

#include "rpc/json_document.h"

namespace dropzone::datastore {
namespace {

constexpr std::uint64_t kBeyondDouble = 0x7ff;  // The bits for which a double has no room.

using Visit = std::function<void(Value& integer, const std::string& pointer)>;

// These recurse as deep as a value can be. All integers from 2^63 on are visited.
void visit_integers(Object& object, const std::string& pointer, const Visit& visit);

void visit_integers(Value& value, const std::string& pointer, const Visit& visit) {
  if (value.as_unsigned()) visit(value, pointer);
  if (Object* const object = value.as_object()) visit_integers(*object, pointer, visit);
  if (Array* const array = value.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      visit_integers((*array)[i], pointer_to(pointer, i), visit);
    }
  }
}

void visit_integers(Object& object, const std::string& pointer, const Visit& visit) {
  for (Member& member : object.members()) {
    visit_integers(member.value, pointer_to(pointer, member.name), visit);
  }
}

std::map<std::string, std::uint64_t, std::less<>> read(std::string_view integers) {
  std::map<std::string, std::uint64_t, std::less<>> read;
  const auto document = JsonDocument::parse_object(std::string(integers));
  if (!document) return read;
  for (const auto& member : document->root().GetObject()) {
    const std::string_view text = text_of(member.value);
    std::uint64_t integer = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (fault == std::errc()) read.emplace(text_of(member.name), integer);
  }
  return read;
}

}  // namespace

double truncated(std::uint64_t integer) noexcept {
  return static_cast<double>(integer & ~kBeyondDouble);
}

bool is_exact(std::uint64_t integer) noexcept { return (integer & kBeyondDouble) == 0; }

std::string exact_integers(const Object& data) {
  Object integers;
  // Only to be read.
  visit_integers(const_cast<Object&>(data), {},
                 [&](const Value& value, const std::string& pointer) {
                   if (!is_exact(*value.as_unsigned())) integers.append(pointer, value);
                 });
  return integers.empty() ? std::string() : to_json(integers);
}

void restore_exact_integers(Object& data, std::string_view integers) {
  if (integers.empty()) return;
  const auto known = read(integers);
  visit_integers(data, {}, [&](Value& value, const std::string& pointer) {
    const auto exact = known.find(pointer);
    if (exact == known.end() || truncated(exact->second) != to_double(value)) return;
    value = Value(exact->second);
  });
}

}  // namespace dropzone::datastore
