#include <dropzone/kind/example.h>

#include <algorithm>
#include <span>
#include <utility>

#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>

#include "kind/definition_fault.h"

namespace dropzone {
namespace {

constexpr std::string_view kExampleMembers[] = {"original", "record", "error", "description"};
constexpr std::string_view kErrorMembers[] = {"code", "step"};

Result<void> check_example_members(const Object& object, std::span<const std::string_view> known,
                                   const std::string& pointer) {
  for (const Member& member : object.members()) {
    if (std::ranges::find(known, member.name) != known.end()) continue;
    return invalid_definition(pointer_to(pointer, member.name),
                              "There is no member " + in_quotes(member.name) + " here." +
                                  did_you_mean(member.name, known));
  }
  return {};
}

Result<std::string> parse_text(const Object& object, std::string_view name,
                               const std::string& pointer) {
  const Value* value = object.find(name);
  if (!value) return std::string();
  if (const std::string* text = value->as_string()) return *text;
  return invalid_definition(pointer_to(pointer, name), in_quotes(name) + " must be a string.");
}

Result<void> parse_error(const Value& value, Example& example, const std::string& pointer) {
  const Object* error = value.as_object();
  if (!error || error->empty()) {
    return invalid_definition(
        pointer, "\"error\" must be an object with the \"code\", the \"step\" or both.");
  }
  DROPZONE_CHECK(check_example_members(*error, kErrorMembers, pointer));
  DROPZONE_TRY(example.code, parse_text(*error, "code", pointer));
  DROPZONE_TRY(example.step, parse_text(*error, "step", pointer));
  return {};
}

Result<Example> parse_example(const Value& value, const std::string& pointer) {
  const Object* object = value.as_object();
  if (!object) return invalid_definition(pointer, "An example must be an object.");
  DROPZONE_CHECK(check_example_members(*object, kExampleMembers, pointer));
  const Value* original = object->find("original");
  if (!original || !original->as_object()) {
    return invalid_definition(pointer + "/original",
                              "An example needs an \"original\": an object.");
  }
  Example example{.original = *original->as_object(), .record = {}};
  const Value* record = object->find("record");
  const Value* error = object->find("error");
  if ((record != nullptr) == (error != nullptr)) {
    return invalid_definition(
        pointer,
        "An example needs either the \"record\" that its original becomes, or "
        "the \"error\" with which it is refused.");
  }
  if (error) {
    DROPZONE_CHECK(parse_error(*error, example, pointer + "/error"));
  } else if (const Object* expected = record->as_object()) {
    example.record = *expected;
  } else {
    return invalid_definition(pointer + "/record", "\"record\" must be an object.");
  }
  return example;
}

}  // namespace

Result<std::vector<Example>> parse_examples(const Value& definition) {
  const Array* list = definition.as_array();
  if (!list) return invalid_definition({}, "\"examples\" must be a list.");
  if (list->size() > kMaxExamples) {
    return invalid_definition(pointer_to({}, kMaxExamples),
                              "There are more than " + std::to_string(kMaxExamples) + " examples.");
  }
  std::vector<Example> examples;
  for (const Value& element : *list) {
    DROPZONE_TRY(Example example, parse_example(element, pointer_to({}, examples.size())));
    examples.push_back(std::move(example));
  }
  return examples;
}

}  // namespace dropzone
