#include <algorithm>
#include <array>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/limits.h>

#include "kind/steps/field_set.h"

namespace dropzone {
namespace {

constexpr std::array<std::string_view, 6> kMembers = {"name",     "version", "description",
                                                      "pipeline", "fields",  "indexes"};

Error invalid(std::string pointer, std::string detail) {
  return {ErrorCode::invalid_configuration, std::move(detail), std::move(pointer)};
}

Error too_many(const std::string& pointer, std::size_t most, std::string_view what) {
  return invalid(pointer_to(pointer, most),
                 "There are more than " + std::to_string(most) + ' ' + std::string(what) + ".");
}

// An error found in a part of the definition, as one of the whole.
Error within(const std::string& pointer, Error error) {
  error.pointer.insert(0, pointer);
  return error;
}

Result<void> check_members(const Object& definition) {
  for (const Member& member : definition.members()) {
    if (std::ranges::find(kMembers, member.name) != kMembers.end()) continue;
    return invalid(pointer_to({}, member.name), "A kind has no member " + in_quotes(member.name) +
                                                    "." + did_you_mean(member.name, kMembers));
  }
  return {};
}

Result<std::string> parse_name(const Object& definition) {
  const Value* value = definition.find("name");
  const std::string* name = value ? value->as_string() : nullptr;
  if (name && is_kind_name(*name)) return *name;
  return invalid("/name",
                 "A kind needs a \"name\": a letter, then letters, digits, _ and -, at most 100.");
}

Result<std::int64_t> parse_version(const Object& definition) {
  const Value* value = definition.find("version");
  const std::int64_t* version = value ? value->as_integer() : nullptr;
  if (version && *version >= 1) return *version;
  return invalid("/version", "A kind needs a \"version\": an integer of at least 1.");
}

Result<std::string> parse_description(const Object& definition) {
  const Value* value = definition.find("description");
  if (!value) return std::string();
  if (const std::string* description = value->as_string()) return *description;
  return invalid("/description", "\"description\" must be a string, not " +
                                     with_article(class_name(value->value_class())) + ".");
}

Result<FieldPath> parse_field(std::string_view name, const std::string& pointer) {
  auto field = FieldPath::parse(name);
  if (!field) return invalid(pointer, std::move(field.error().detail));
  if (is_reserved_field(*field)) {
    return invalid(pointer, "The field " + in_quotes(name) + " is the server's own.");
  }
  return field;
}

Result<FieldType> parse_type(const Value& value, const std::string& pointer) {
  const std::string* name = value.as_string();
  if (!name) {
    return invalid(pointer, "A field's type must be a string, not " +
                                with_article(class_name(value.value_class())) + ".");
  }
  if (const auto type = find_type(*name)) return *type;
  return invalid(pointer,
                 "There is no type " + in_quotes(*name) + "." + did_you_mean(*name, type_names()));
}

Result<FieldTypes> parse_types(const Object& definition) {
  FieldTypes types;
  const Value* value = definition.find("fields");
  if (!value) return types;
  const Object* fields = value->as_object();
  if (!fields) return invalid("/fields", "\"fields\" must be an object of field names and types.");
  if (fields->size() > kMaxDeclaredFields) {
    return invalid("/fields",
                   "There are more than " + std::to_string(kMaxDeclaredFields) + " fields.");
  }
  for (const Member& member : fields->members()) {
    const std::string pointer = pointer_to("/fields", member.name);
    auto field = parse_field(member.name, pointer);
    if (!field) return std::move(field).error();
    auto type = parse_type(member.value, pointer);
    if (!type) return std::move(type).error();
    if (!types.emplace(*std::move(field), *type).second) {
      return invalid(pointer, "The field is declared twice.");
    }
  }
  return types;
}

// A declared type that the pipeline is known to break would refuse every record.
Result<void> check_consistency(const FieldTypes& declared, const KnownFields& known) {
  for (const auto& [field, type] : declared) {
    const FieldType made = known.type_of(field);
    if (type == FieldType::any || made == FieldType::any || made == type) continue;
    return invalid(pointer_to("/fields", field.name()),
                   "The field " + in_quotes(field.name()) + " is declared " +
                       std::string(type_name(type)) + ", but the pipeline makes it " +
                       with_article(type_name(made)) + ".");
  }
  return {};
}

Result<SortKey> parse_sort_key(const Value& value, const std::string& pointer) {
  const std::string* text = value.as_string();
  if (!text) return invalid(pointer, "An index names a field, or a list of fields.");
  const bool descending = text->starts_with('-');
  auto field = parse_field(std::string_view(*text).substr(descending ? 1 : 0), pointer);
  if (!field) return std::move(field).error();
  return SortKey{*std::move(field), descending};
}

Result<IndexDefinition> parse_index(const Value& value, const std::string& pointer) {
  const Array* list = value.as_array();
  if (!list) {
    auto key = parse_sort_key(value, pointer);
    if (!key) return std::move(key).error();
    return IndexDefinition{*std::move(key)};
  }
  if (list->empty()) return invalid(pointer, "An index needs at least one field.");
  if (list->size() > kMaxIndexFields) return too_many(pointer, kMaxIndexFields, "fields");
  IndexDefinition index;
  for (const Value& element : *list) {
    const std::string element_pointer = pointer_to(pointer, index.size());
    auto key = parse_sort_key(element, element_pointer);
    if (!key) return std::move(key).error();
    if (std::ranges::find(index, key->field, &SortKey::field) != index.end()) {
      return invalid(element_pointer,
                     "The index names " + in_quotes(key->field.name()) + " twice.");
    }
    index.push_back(*std::move(key));
  }
  return index;
}

Result<std::vector<IndexDefinition>> parse_indexes(const Object& definition) {
  std::vector<IndexDefinition> indexes;
  const Value* value = definition.find("indexes");
  if (!value) return indexes;
  const Array* list = value->as_array();
  if (!list) return invalid("/indexes", "\"indexes\" must be a list.");
  if (list->size() > kMaxIndexes) return too_many("/indexes", kMaxIndexes, "indexes");
  for (const Value& element : *list) {
    const std::string pointer = pointer_to("/indexes", indexes.size());
    auto index = parse_index(element, pointer);
    if (!index) return std::move(index).error();
    if (std::ranges::find(indexes, *index) != indexes.end()) {
      return invalid(pointer, "This index is defined twice.");
    }
    indexes.push_back(*std::move(index));
  }
  return indexes;
}

}  // namespace

Result<Kind> Kind::parse(const Value& definition, const StepRegistry& registry,
                         const DefinitionLimits& limits) {
  const Object* object = definition.as_object();
  if (!object) return invalid({}, "A kind's definition must be an object.");
  if (auto known = check_members(*object); !known) return std::move(known).error();
  auto name = parse_name(*object);
  if (!name) return std::move(name).error();
  auto version = parse_version(*object);
  if (!version) return std::move(version).error();
  auto description = parse_description(*object);
  if (!description) return std::move(description).error();
  const Value* steps = object->find("pipeline");
  Value pipeline_definition = steps ? *steps : Value(Array());
  auto pipeline = Pipeline::parse(pipeline_definition, registry, limits);
  if (!pipeline) return within("/pipeline", std::move(pipeline).error());
  auto fields = parse_types(*object);
  if (!fields) return std::move(fields).error();
  KnownFields known = pipeline->known_fields();
  if (auto consistent = check_consistency(*fields, known); !consistent) {
    return std::move(consistent).error();
  }
  auto indexes = parse_indexes(*object);
  if (!indexes) return std::move(indexes).error();

  Kind kind(*std::move(name), *version);
  kind.description_ = *std::move(description);
  kind.pipeline_ = *std::move(pipeline);
  kind.pipeline_definition_ = std::move(pipeline_definition);
  kind.fields_ = *std::move(fields);
  std::vector<FieldPath> declared;
  for (const auto& [field, type] : kind.fields_) {
    if (type == FieldType::any) continue;
    declared.push_back(field);
    kind.declared_types_.push_back(type);
    known.declare(field, type);
  }
  if (!declared.empty()) kind.declared_ = std::make_shared<FieldSet>(std::move(declared));
  kind.known_ = std::move(known);
  kind.indexes_ = *std::move(indexes);
  return kind;
}

}  // namespace dropzone
