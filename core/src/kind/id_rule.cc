#include <dropzone/kind/id_rule.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/record_id.h>

#include "kind/definition_fault.h"
#include "value/hash_text.h"

namespace dropzone {
namespace {

constexpr std::size_t kMaxIdFields = 20;

Result<FieldPath> parse_id_field(const Value& value, std::string pointer) {
  const std::string* name = value.as_string();
  if (!name) {
    return invalid_definition(std::move(pointer),
                              "A field name must be a string, not " +
                                  with_article(class_name(value.value_class())) + ".");
  }
  auto field = FieldPath::parse(*name);
  if (!field) return invalid_definition(std::move(pointer), std::move(field.error().detail));
  if (is_reserved_field(*field)) {
    return invalid_definition(std::move(pointer),
                              "The field " + in_quotes(*name) + " is the server's own.");
  }
  return field;
}

Error for_id(Error error) {
  error.detail += " The kind makes the _id of it; send the field, or an _id.";
  return error;
}

Result<std::string> id_text(const Value& value, const FieldPath& field) {
  if (value.as_integer() || value.as_unsigned()) return to_json(value);
  const std::string* text = value.as_string();
  if (!text) {
    return for_id(type_mismatch(pointer_to(field), "string or an integer", value));
  }
  if (auto valid = check_record_id(*text); !valid) {
    valid.error().pointer = pointer_to(field);
    return for_id(std::move(valid).error());
  }
  return *text;
}

}  // namespace

Result<IdRule> IdRule::parse(const Value& definition) {
  const Object* object = definition.as_object();
  const Value* from = object ? object->find("from") : nullptr;
  const Value* field = object ? object->find("field") : nullptr;
  if (!object || object->size() != 1 || (!from && !field)) {
    return invalid_definition(
        {},
        "\"id\" must be an object of either \"from\", a list of fields whose hash is the "
        "_id, or \"field\", the one field that is.");
  }
  std::vector<FieldPath> fields;
  if (field) {
    DROPZONE_TRY(FieldPath path, parse_id_field(*field, "/field"));
    fields.push_back(std::move(path));
    return IdRule(std::move(fields), false);
  }
  const Array* names = from->as_array();
  if (!names || names->empty() || names->size() > kMaxIdFields) {
    return invalid_definition("/from", "\"from\" must be a list of 1 to " +
                                           std::to_string(kMaxIdFields) + " field names.");
  }
  for (const Value& name : *names) {
    const std::string pointer = pointer_to("/from", fields.size());
    DROPZONE_TRY(FieldPath path, parse_id_field(name, pointer));
    if (std::ranges::find(fields, path) != fields.end()) {
      return invalid_definition(pointer,
                                "The field " + in_quotes(path.name()) + " is named twice.");
    }
    fields.push_back(std::move(path));
  }
  return IdRule(std::move(fields), true);
}

Result<std::string> IdRule::id_of(const Object& data, const Digest& digest) const {
  Array values;
  for (const FieldPath& field : fields_) {
    const Value* value = field.find_in(data);
    if (!value) return for_id(missing_field(field));
    if (!hashed_) return id_text(*value, field);
    values.push_back(*value);
  }
  return short_text(digest.sha256(to_json(values)));
}

Value IdRule::definition() const {
  if (!hashed_) return Object{{"field", fields_.front().name()}};
  Array names;
  for (const FieldPath& field : fields_) names.push_back(field.name());
  return Object{{"from", std::move(names)}};
}

}  // namespace dropzone
