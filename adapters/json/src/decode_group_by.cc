#include "decode_group_by.h"

#include <utility>

#include <dropzone/json/decode_filter.h>
#include <dropzone/value/json_pointer.h>

#include "request_members.h"

namespace dropzone::json {
namespace {

constexpr std::string_view kGroupMembers[] = {"field", "every"};

Error invalid_group(std::string detail, std::string pointer) {
  return {ErrorCode::invalid_request, std::move(detail), std::move(pointer)};
}

Result<FieldPath> parse_group_field(const Value* value, const std::string& pointer) {
  const std::string* const name = value ? value->as_string() : nullptr;
  if (!name) return invalid_group("A group needs \"field\", the name of a field.", pointer);
  auto field = FieldPath::parse(*name);
  if (!field) return invalid_group(std::move(field.error().detail), pointer);
  return field;
}

// A number for numbers, a text for timestamps.
Result<GroupBy> parse_width(GroupBy group, const Value& every, const std::string& pointer) {
  if (const std::string* const text = every.as_string()) {
    auto width = TimeWidth::parse(*text);
    if (!width) return invalid_group(std::move(width.error().detail), pointer);
    group.every = *width;
    return group;
  }
  auto width = NumberWidth::of(every);
  if (!width) return invalid_group(std::move(width.error().detail), pointer);
  group.every = *width;
  return group;
}

Result<GroupBy> parse_group(const Value& value, const std::string& pointer) {
  const Object* const object = value.as_object();
  if (!object && !value.as_string()) {
    return invalid_group(
        "\"groupBy\" takes a field's name, {\"field\", \"every\"}, or an array of these.", pointer);
  }
  if (object) {
    RequestMembers members(*object, pointer);
    members.allow(kGroupMembers);
    if (members.fault()) return *members.fault();
  }
  auto field = parse_group_field(object ? object->find("field") : &value, pointer);
  if (!field) return std::move(field).error();
  GroupBy group{.field = *std::move(field)};
  const Value* const every = object ? object->find("every") : nullptr;
  if (!every) return group;
  return parse_width(std::move(group), *every, pointer_to(pointer, "every"));
}

}  // namespace

Result<std::vector<GroupBy>> decode_group_by(const Value& value, const std::string& pointer) {
  const Array* const list = value.as_array();
  std::vector<GroupBy> groups;
  if (!list) {
    auto group = parse_group(value, pointer);
    if (!group) return std::move(group).error();
    groups.push_back(*std::move(group));
    return groups;
  }
  if (list->empty() || list->size() > kMaxGroupFields) {
    return invalid_group("\"groupBy\" takes one or two fields.", pointer);
  }
  for (const Value& element : *list) {
    auto group = parse_group(element, pointer_to(pointer, groups.size()));
    if (!group) return std::move(group).error();
    groups.push_back(*std::move(group));
  }
  return groups;
}

}  // namespace dropzone::json
