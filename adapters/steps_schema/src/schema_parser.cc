#include "schema_parser.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <dropzone/text/in_quotes.h>
#include <dropzone/text/nearest_name.h>
#include <dropzone/text/with_article.h>

namespace dropzone {
namespace {

struct Keyword {
  std::string_view name;
  void (*read)(SchemaParser& parser, SchemaNode& node, const Value& value);
};

void read_properties(SchemaParser& parser, SchemaNode& node, const Value& value) {
  for (const Member& member : parser.object(value).members()) {
    node.properties.emplace_back(member.name, parser.schema(member.value));
  }
  std::ranges::sort(node.properties, {}, [](const auto& property) { return property.first; });
}

void read_pattern_properties(SchemaParser& parser, SchemaNode& node, const Value& value) {
  for (const Member& member : parser.object(value).members()) {
    auto pattern = parser.pattern(member.value, member.name);
    const SchemaNode::Ref schema = parser.schema(member.value);
    if (pattern) node.pattern_properties.push_back({*std::move(pattern), schema});
  }
}

void read_dependencies(SchemaParser& parser, SchemaNode& node, const Value& value) {
  for (const Member& member : parser.object(value).members()) {
    SchemaNode::Dependency dependency{.name = member.name, .required = {}};
    if (member.value.as_array()) {
      dependency.required = parser.names(member.value);
    } else {
      dependency.schema = parser.schema(member.value);
    }
    node.dependencies.push_back(std::move(dependency));
  }
}

void read_items(SchemaParser& parser, SchemaNode& node, const Value& value) {
  const Array* tuple = value.as_array();
  if (!tuple) {
    node.items = parser.schema(value);
    return;
  }
  for (const Value& schema : *tuple) node.tuple.push_back(parser.schema(schema));
}

void read_enum(SchemaParser& parser, SchemaNode& node, const Value& value) {
  if (const Array* values = value.as_array()) {
    node.values = *values;
  } else {
    parser.refuse(value, "It must be a list of values.");
  }
  node.has_values = true;
}

void read_pattern(SchemaParser& parser, SchemaNode& node, const Value& value) {
  if (const std::string* text = value.as_string()) {
    node.pattern = parser.pattern(value, *text);
  } else {
    parser.refuse(value, "It must be a string.");
  }
}

void read_multiple_of(SchemaParser& parser, SchemaNode& node, const Value& value) {
  node.multiple_of = parser.number(value);
  if (node.multiple_of && compare_scalars(*node.multiple_of, Value(0)) <= 0) {
    parser.refuse(value, "It must be above 0.");
  }
}

// Definitions are read when something refers to them, and here too, so that no fault stays unseen.
void read_definitions(SchemaParser& parser, SchemaNode&, const Value& value) {
  for (const Member& member : parser.object(value).members()) parser.schema(member.value);
}

// The keywords of other drafts would be remarks here, and records pass that they refuse.
void read_dialect(SchemaParser& parser, SchemaNode&, const Value& value) {
  std::string_view dialect = value.as_string() ? *value.as_string() : std::string_view();
  if (dialect.ends_with('#')) dialect.remove_suffix(1);
  if (dialect == "http://json-schema.org/draft-07/schema" ||
      dialect == "https://json-schema.org/draft-07/schema") {
    return;
  }
  parser.refuse(value,
                "Only draft 7 is known here, \"http://json-schema.org/draft-07/schema#\". Write "
                "the schema by it, or leave \"$schema\" out if it is written so.");
}

void ignore_remark(SchemaParser&, SchemaNode&, const Value&) {}

using P = SchemaParser;
using N = SchemaNode;
using V = const Value;

// "const" next to "enum" is read after it, and is narrower.
constexpr std::array<Keyword, 44> kKeywords{{
    {"type", [](P& p, N& n, V& v) { n.types = p.types(v); }},
    {"enum", read_enum},
    {"const", [](P&, N& n, V& v) { n.values = {v}, n.has_values = true; }},
    {"minimum", [](P& p, N& n, V& v) { n.minimum = p.number(v); }},
    {"maximum", [](P& p, N& n, V& v) { n.maximum = p.number(v); }},
    {"exclusiveMinimum", [](P& p, N& n, V& v) { n.above = p.number(v); }},
    {"exclusiveMaximum", [](P& p, N& n, V& v) { n.below = p.number(v); }},
    {"multipleOf", read_multiple_of},
    {"minLength", [](P& p, N& n, V& v) { n.min_length = p.count(v); }},
    {"maxLength", [](P& p, N& n, V& v) { n.max_length = p.count(v); }},
    {"pattern", read_pattern},
    {"minItems", [](P& p, N& n, V& v) { n.min_items = p.count(v); }},
    {"maxItems", [](P& p, N& n, V& v) { n.max_items = p.count(v); }},
    {"uniqueItems", [](P& p, N& n, V& v) { n.unique_items = p.flag(v); }},
    {"items", read_items},
    {"additionalItems", [](P& p, N& n, V& v) { n.additional_items = p.schema(v); }},
    {"contains", [](P& p, N& n, V& v) { n.contains = p.schema(v); }},
    {"minProperties", [](P& p, N& n, V& v) { n.min_properties = p.count(v); }},
    {"maxProperties", [](P& p, N& n, V& v) { n.max_properties = p.count(v); }},
    {"required", [](P& p, N& n, V& v) { n.required = p.names(v); }},
    {"properties", read_properties},
    {"patternProperties", read_pattern_properties},
    {"additionalProperties", [](P& p, N& n, V& v) { n.additional_properties = p.schema(v); }},
    {"propertyNames", [](P& p, N& n, V& v) { n.property_names = p.schema(v); }},
    {"dependencies", read_dependencies},
    {"allOf", [](P& p, N& n, V& v) { n.all_of = p.schemas(v); }},
    {"anyOf", [](P& p, N& n, V& v) { n.any_of = p.schemas(v); }},
    {"oneOf", [](P& p, N& n, V& v) { n.one_of = p.schemas(v); }},
    {"not", [](P& p, N& n, V& v) { n.negated = p.schema(v); }},
    {"if", [](P& p, N& n, V& v) { n.condition = p.schema(v); }},
    {"then", [](P& p, N& n, V& v) { n.then = p.schema(v); }},
    {"else", [](P& p, N& n, V& v) { n.otherwise = p.schema(v); }},
    {"definitions", read_definitions},
    {"$id", ignore_remark},
    {"$schema", read_dialect},
    {"$comment", ignore_remark},
    {"title", ignore_remark},
    {"description", ignore_remark},
    {"default", ignore_remark},
    {"examples", ignore_remark},
    {"format", ignore_remark},
    {"readOnly", ignore_remark},
    {"contentMediaType", ignore_remark},
    {"contentEncoding", ignore_remark},
}};

constexpr std::array<std::string_view, 7> kTypeNames{"null",   "boolean", "integer", "number",
                                                     "string", "array",   "object"};

}  // namespace

void SchemaParser::read(const Value& definition) {
  schema(definition);
  while (!to_read_.empty() && !fault_) {
    const Value* next = to_read_.back();
    to_read_.pop_back();
    read_node(*by_definition_.at(next), *next);
  }
}

SchemaNode::Ref SchemaParser::schema(const Value& value) {
  const auto [known, is_new] = by_definition_.try_emplace(&value, nullptr);
  if (!is_new) return known->second;
  known->second = &nodes_.emplace_back();
  definitions_.emplace(known->second, &value);
  to_read_.push_back(&value);
  return known->second;
}

void SchemaParser::read_node(SchemaNode& node, const Value& definition) {
  if (const bool* all = definition.as_boolean()) {
    node.is_false = !*all;
    return;
  }
  const Object& keywords = object(definition);
  if (const Value* reference = keywords.find("$ref")) {
    read_reference(node, definition, *reference);  // Members next to it do not count.
    return;
  }
  for (const Keyword& keyword : kKeywords) {
    if (const Value* value = keywords.find(keyword.name)) keyword.read(*this, node, *value);
  }
  for (const Member& member : keywords.members()) read_keyword(node, member);
}

// An unknown keyword is a remark, unless it looks like a misspelt one.
void SchemaParser::read_keyword(SchemaNode&, const Member& keyword) {
  std::array<std::string_view, kKeywords.size()> names;
  std::ranges::transform(kKeywords, names.begin(), &Keyword::name);
  if (std::ranges::find(names, keyword.name) != names.end()) return;
  const std::string meant = did_you_mean(keyword.name, names);
  if (meant.empty()) return;
  refuse(keyword.value, "There is no keyword " + in_quotes(keyword.name) + "." + meant);
}

void SchemaParser::read_reference(SchemaNode& node, const Value& definition,
                                  const Value& reference) {
  const std::string* text = reference.as_string();
  const Value* target = text ? ids_.resolve(definition, *text) : nullptr;
  if (target) {
    node.reference = schema(*target);
  } else {
    refuse(reference, text ? in_quotes(*text) +
                                 " is not in this schema. Other documents are not "
                                 "read: put the schema under \"definitions\"."
                           : "A reference must be a string.");
  }
}

void SchemaParser::refuse(const Value& at, std::string detail) {
  if (!fault_) {
    fault_ = {ErrorCode::invalid_configuration, std::move(detail), ids_.pointer_of(at)};
  }
}

std::vector<SchemaNode::Ref> SchemaParser::schemas(const Value& value) {
  const Array* list = value.as_array();
  if (!list || list->empty()) {
    refuse(value, "It must be a list of one or more schemas.");
    return {};
  }
  std::vector<SchemaNode::Ref> read;
  for (const Value& one : *list) read.push_back(schema(one));
  return read;
}

std::vector<std::string> SchemaParser::names(const Value& value) {
  std::vector<std::string> read;
  const Array* list = value.as_array();
  if (!list) refuse(value, "It must be a list of names.");
  for (const Value& one : list ? *list : Array()) {
    const std::string* name = one.as_string();
    if (!name) refuse(value, "It must be a list of names.");
    read.push_back(name ? *name : std::string());
  }
  return read;
}

std::optional<std::uint64_t> SchemaParser::count(const Value& value) {
  const std::int64_t* integer = value.as_integer();
  if (integer && *integer >= 0) return static_cast<std::uint64_t>(*integer);
  refuse(value, "It must be an integer, 0 or more.");
  return std::nullopt;
}

std::optional<Value> SchemaParser::number(const Value& value) {
  if (value.value_class() == ValueClass::number) return value;
  refuse(value, "It must be a number.");
  return std::nullopt;
}

std::optional<Pattern> SchemaParser::pattern(const Value& at, const std::string& text) {
  constexpr std::size_t kMostPatterns = 100;
  if (++patterns_ > kMostPatterns) refuse(at, "A schema may have 100 patterns.");
  if (fault_) return std::nullopt;
  auto pattern = Pattern::compile(text);
  if (pattern) return *std::move(pattern);
  refuse(at, std::move(pattern).error().detail);
  return std::nullopt;
}

const Object& SchemaParser::object(const Value& value) {
  static const Object kEmpty;
  if (const Object* object = value.as_object()) return *object;
  refuse(value, "It must be an object, not " + with_article(class_name(value.value_class())) + ".");
  return kEmpty;
}

bool SchemaParser::flag(const Value& value) {
  const bool* flag = value.as_boolean();
  if (!flag) refuse(value, "It must be true or false.");
  return flag && *flag;
}

unsigned SchemaParser::types(const Value& value) {
  unsigned types = 0;
  const Array* list = value.as_array();
  for (const Value& one : list ? *list : Array{value}) {
    const std::string* name = one.as_string();
    const auto found = name ? std::ranges::find(kTypeNames, *name) : kTypeNames.end();
    if (found == kTypeNames.end()) {
      refuse(value, "A type is one of null, boolean, integer, number, string, array and object." +
                        (name ? did_you_mean(*name, kTypeNames) : std::string()));
      return 0;
    }
    types |= 1U << static_cast<unsigned>(found - kTypeNames.begin());
  }
  if (types == 0) refuse(value, "The list of types is empty.");
  return types;
}

}  // namespace dropzone
