#include <algorithm>
#include <array>
#include <charconv>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/kind/step_parameters.h>
#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/value/json_pointer.h>
#include <dropzone/value/limits.h>

#include "kind/definition_fault.h"
#include "kind/steps/field_set.h"

namespace dropzone {
namespace {

constexpr std::array<std::string_view, 10> kMembers = {
    "name",    "version", "description", "pipeline",  "fields",
    "indexes", "id",      "examples",    "retention", "history"};

Error too_many(const std::string& pointer, std::size_t most, std::string_view what) {
  return invalid_definition(
      pointer_to(pointer, most),
      "There are more than " + std::to_string(most) + ' ' + std::string(what) + ".");
}

Result<void> check_members(const Object& definition) {
  for (const Member& member : definition.members()) {
    if (std::ranges::find(kMembers, member.name) != kMembers.end()) continue;
    return invalid_definition(pointer_to({}, member.name), "A kind has no member " +
                                                               in_quotes(member.name) + "." +
                                                               did_you_mean(member.name, kMembers));
  }
  return {};
}

Result<std::string> parse_name(const Object& definition) {
  const Value* value = definition.find("name");
  const std::string* name = value ? value->as_string() : nullptr;
  if (name && is_kind_name(*name)) return *name;
  return invalid_definition(
      "/name", "A kind needs a \"name\": a letter, then letters, digits, _ and -, at most 100.");
}

Result<std::int64_t> parse_version(const Object& definition) {
  const Value* value = definition.find("version");
  if (!value) return std::int64_t{1};
  const std::int64_t* version = value->as_integer();
  if (version && *version >= 1) return *version;
  return invalid_definition("/version",
                            "\"version\" must be an integer of at least 1. It may be left out.");
}

Result<std::string> parse_description(const Object& definition) {
  const Value* value = definition.find("description");
  if (!value) return std::string();
  if (const std::string* description = value->as_string()) return *description;
  return invalid_definition("/description", "\"description\" must be a string, not " +
                                                with_article(class_name(value->value_class())) +
                                                ".");
}

Result<FieldPath> parse_field(std::string_view name, const std::string& pointer) {
  auto field = FieldPath::parse(name);
  if (!field) return invalid_definition(pointer, std::move(field.error().detail));
  if (is_reserved_field(*field)) {
    return invalid_definition(pointer, "The field " + in_quotes(name) + " is the server's own.");
  }
  return field;
}

Result<FieldType> parse_type(const Value& value, const std::string& pointer) {
  const std::string* name = value.as_string();
  if (!name) {
    return invalid_definition(pointer, "A field's type must be a string, not " +
                                           with_article(class_name(value.value_class())) + ".");
  }
  if (const auto type = find_type(*name)) return *type;
  return invalid_definition(pointer, "There is no type " + in_quotes(*name) + "." +
                                         did_you_mean_one_of(*name, type_names(), "types"));
}

Result<FieldTypes> parse_types(const Object& definition) {
  FieldTypes types;
  const Value* value = definition.find("fields");
  if (!value) return types;
  const Object* fields = value->as_object();
  if (!fields)
    return invalid_definition("/fields", "\"fields\" must be an object of field names and types.");
  if (fields->size() > kMaxDeclaredFields) {
    return invalid_definition(
        "/fields", "There are more than " + std::to_string(kMaxDeclaredFields) + " fields.");
  }
  for (const Member& member : fields->members()) {
    const std::string pointer = pointer_to("/fields", member.name);
    auto field = parse_field(member.name, pointer);
    if (!field) return std::move(field).error();
    auto type = parse_type(member.value, pointer);
    if (!type) return std::move(type).error();
    if (!types.emplace(*std::move(field), *type).second) {
      return invalid_definition(pointer, "The field is declared twice.");
    }
  }
  return types;
}

// A field that no record can have is a misspelt one.
Result<void> check_can_have(const KnownFields& known, const FieldPath& field,
                            const std::string& pointer) {
  if (known.can_have(field)) return {};
  return invalid_definition(pointer, "The pipeline leaves no field " + in_quotes(field.name()) +
                                         "." + did_you_mean(field.name(), known.names()));
}

// A declared type that the pipeline is known to break would refuse every record.
Result<void> check_consistency(const FieldTypes& declared, const KnownFields& known) {
  for (const auto& [field, type] : declared) {
    const std::string pointer = pointer_to("/fields", field.name());
    DROPZONE_CHECK(check_can_have(known, field, pointer));
    const FieldType made = known.type_of(field);
    if (type == FieldType::any || made == FieldType::any || made == type) continue;
    return invalid_definition(pointer, "The field " + in_quotes(field.name()) + " is declared " +
                                           std::string(type_name(type)) +
                                           ", but the pipeline makes it " +
                                           with_article(type_name(made)) + ".");
  }
  return {};
}

Result<SortKey> parse_sort_key(const Value& value, const KnownFields& known,
                               const std::string& pointer) {
  const std::string* text = value.as_string();
  if (!text) return invalid_definition(pointer, "An index names a field, or a list of fields.");
  const bool descending = text->starts_with('-');
  auto field = parse_field(std::string_view(*text).substr(descending ? 1 : 0), pointer);
  if (!field) return std::move(field).error();
  DROPZONE_CHECK(check_can_have(known, *field, pointer));
  return SortKey{*std::move(field), descending};
}

Result<IndexDefinition> parse_index(const Value& value, const KnownFields& known,
                                    const std::string& pointer) {
  const Array* list = value.as_array();
  if (!list) {
    auto key = parse_sort_key(value, known, pointer);
    if (!key) return std::move(key).error();
    return IndexDefinition{*std::move(key)};
  }
  if (list->empty()) return invalid_definition(pointer, "An index needs at least one field.");
  if (list->size() > kMaxIndexFields) return too_many(pointer, kMaxIndexFields, "fields");
  IndexDefinition index;
  for (const Value& element : *list) {
    const std::string element_pointer = pointer_to(pointer, index.size());
    auto key = parse_sort_key(element, known, element_pointer);
    if (!key) return std::move(key).error();
    if (std::ranges::find(index, key->field, &SortKey::field) != index.end()) {
      return invalid_definition(element_pointer,
                                "The index names " + in_quotes(key->field.name()) + " twice.");
    }
    index.push_back(*std::move(key));
  }
  return index;
}

Result<std::vector<IndexDefinition>> parse_indexes(const Object& definition,
                                                   const KnownFields& known) {
  std::vector<IndexDefinition> indexes;
  const Value* value = definition.find("indexes");
  if (!value) return indexes;
  const Array* list = value->as_array();
  if (!list) return invalid_definition("/indexes", "\"indexes\" must be a list.");
  if (list->size() > kMaxIndexes) return too_many("/indexes", kMaxIndexes, "indexes");
  for (const Value& element : *list) {
    const std::string pointer = pointer_to("/indexes", indexes.size());
    auto index = parse_index(element, known, pointer);
    if (!index) return std::move(index).error();
    if (std::ranges::find(indexes, *index) != indexes.end()) {
      return invalid_definition(pointer, "This index is defined twice.");
    }
    indexes.push_back(*std::move(index));
  }
  return indexes;
}

Result<std::optional<IdRule>> parse_id(const Object& definition, const KnownFields& known) {
  const Value* value = definition.find("id");
  if (!value) return std::optional<IdRule>();
  auto rule = IdRule::parse(*value);
  if (!rule) return within("/id", std::move(rule).error());
  for (const FieldPath& field : rule->fields()) {
    DROPZONE_CHECK(check_can_have(known, field, "/id"));
  }
  return std::optional(*std::move(rule));
}

Result<std::vector<Example>> parse_examples_of(const Object& definition) {
  const Value* value = definition.find("examples");
  if (!value) return std::vector<Example>();
  auto examples = parse_examples(*value);
  if (!examples) return within("/examples", std::move(examples).error());
  return examples;
}

// "90d", "12h", "30m", "45s"; at most 36500d.
std::optional<std::chrono::seconds> parse_duration(const Value& value) {
  const std::string* text = value.as_string();
  if (!text || text->size() < 2) return std::nullopt;
  std::int64_t count = 0;
  const char* const unit = text->data() + text->size() - 1;
  const auto [end, error] = std::from_chars(text->data(), unit, count);
  if (error != std::errc() || end != unit || count < 1) return std::nullopt;
  std::int64_t scale = 0;
  switch (*unit) {
    case 'd': scale = 86'400; break;
    case 'h': scale = 3'600; break;
    case 'm': scale = 60; break;
    case 's': scale = 1; break;
    default: return std::nullopt;
  }
  constexpr std::int64_t kLongest = std::int64_t{36'500} * 86'400;
  if (count > kLongest / scale) return std::nullopt;
  return std::chrono::seconds(count * scale);
}

Result<std::optional<std::chrono::seconds>> parse_retention(const Object& definition) {
  const Value* value = definition.find("retention");
  if (!value) return std::optional<std::chrono::seconds>();
  if (const auto duration = parse_duration(*value)) return duration;
  return invalid_definition(
      "/retention",
      "\"retention\" must be a whole number of days, hours, minutes or seconds, such as "
      "\"90d\", \"12h\", \"30m\" or \"45s\", and at most 36500d.");
}

Result<std::optional<HistoryBound>> parse_history(const Object& definition) {
  const Value* value = definition.find("history");
  if (!value) return std::optional<HistoryBound>();
  if (const auto age = parse_duration(*value)) return std::optional(HistoryBound{.age = age});
  const std::int64_t* entries = value->as_integer();
  if (entries && *entries >= 1 && *entries <= HistoryBound::kMostEntries) {
    return std::optional(HistoryBound{.entries = *entries});
  }
  return invalid_definition("/history",
                            "\"history\" must be how many originals of each record are kept, from "
                            "1 to 1000, or for how long, such as \"90d\", \"12h\", \"30m\" or "
                            "\"45s\", and at most 36500d.");
}

}  // namespace

Result<Kind> Kind::parse(const Value& definition, const StepRegistry& registry,
                         const DefinitionLimits& limits) {
  const Object* object = definition.as_object();
  if (!object) return invalid_definition({}, "A kind's definition must be an object.");
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
  auto indexes = parse_indexes(*object, known);
  if (!indexes) return std::move(indexes).error();

  auto examples = parse_examples_of(*object);
  if (!examples) return std::move(examples).error();
  auto retention = parse_retention(*object);
  if (!retention) return std::move(retention).error();
  DROPZONE_TRY(const auto history, parse_history(*object));

  Kind kind(*std::move(name), *version);
  kind.definition_ = definition;
  kind.has_version_ = object->find("version") != nullptr;
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
  auto id_rule = parse_id(*object, known);
  if (!id_rule) return std::move(id_rule).error();
  kind.id_rule_ = *std::move(id_rule);
  kind.examples_ = *std::move(examples);
  kind.retention_ = *retention;
  kind.history_ = history;
  if (!declared.empty()) kind.declared_ = std::make_shared<FieldSet>(std::move(declared));
  kind.known_ = std::move(known);
  kind.indexes_ = *std::move(indexes);
  return kind;
}

}  // namespace dropzone
