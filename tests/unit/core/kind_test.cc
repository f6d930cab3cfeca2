#include <dropzone/kind/kind.h>

#include <catch2/catch.hpp>

#include <dropzone/kind/query_checks.h>

#include "step_testing.h"

namespace dropzone {
namespace {

Object measurements() {
  return {
      {"name", "measurements"},
      {"version", 3},
      {"description", "Series of numbers."},
      {"pipeline",
       Array{step("parse_time", {{"field", "time_stamp"}, {"to", "timeUTC"}}),
             step("statistics", {{"field", "data"}, {"mean", "mean"}, {"stdev", "stdev"}}),
             step("remove", {{"fields", Array{"data", "time_stamp"}}})}},
      {"fields", Object{{"place.name", "string"}, {"note", "any"}, {"mean", "number"}}},
      {"indexes", Array{"timeUTC", "-mean", Value(Array{"place.name", "-timeUTC"})}},
  };
}

Result<Kind> parse(Object definition) {
  return Kind::parse(std::move(definition), StepRegistry::with_core_steps());
}

Object with(std::string_view member, Value value) {
  Object definition = measurements();
  definition.set(member, std::move(value));
  return definition;
}

Object without(std::string_view member) {
  Object definition = measurements();
  definition.take(member);
  return definition;
}

// The fault in a definition: "pointer: detail".
std::string fault_in(Object definition) {
  const auto kind = parse(std::move(definition));
  if (kind) return "";
  CHECK(kind.error().code == ErrorCode::invalid_configuration);
  return kind.error().pointer + ": " + kind.error().detail;
}

std::string result_of(const Kind& kind, Object object) {
  const auto result = kind.transform(std::move(object));
  return result ? to_json(*result) : in_short(result.error());
}

SortKey key(std::string_view name, bool descending = false) { return {field(name), descending}; }

}  // namespace

TEST_CASE("a kind is what its definition says") {
  const auto kind = parse(measurements());
  REQUIRE(kind);
  CHECK(kind->name() == "measurements");
  CHECK(kind->version() == 3);
  CHECK(kind->pipeline_name() == "measurements@3");
  CHECK(kind->description() == "Series of numbers.");
  CHECK(kind->pipeline_definition() == *measurements().find("pipeline"));
  CHECK(kind->fields() == FieldTypes{{field("place.name"), FieldType::string},
                                     {field("note"), FieldType::any},
                                     {field("mean"), FieldType::number}});
  CHECK(kind->indexes() == std::vector<IndexDefinition>{{key("timeUTC")},
                                                        {key("mean", true)},
                                                        {key("place.name"), key("timeUTC", true)}});
}

TEST_CASE("a name and a version are all that a kind needs") {
  const auto kind = parse({{"name", "records"}, {"version", 1}});
  REQUIRE(kind);
  CHECK(kind->pipeline().empty());
  CHECK(kind->pipeline_definition() == Value(Array{}));
  CHECK(kind->fields().empty());
  CHECK(kind->indexes().empty());
  CHECK(result_of(*kind, {{"b", 1}, {"a", 2}}) == R"({"b":1,"a":2})");
}

TEST_CASE("a definition with an unknown member is refused with the nearest name") {
  CHECK(fault_in(with("index", Array{})) ==
        "/index: A kind has no member \"index\". Did you mean \"indexes\"?");
}

TEST_CASE("a kind needs a good name, and its version is good if it has one") {
  CHECK(fault_in(without("name")).starts_with("/name: A kind needs a \"name\""));
  CHECK(fault_in(with("name", 3)).starts_with("/name: "));
  CHECK(fault_in(with("name", "_dropzone_rejects")).starts_with("/name: "));
  CHECK(fault_in(without("version")).empty());
  CHECK(fault_in(with("version", 0)).starts_with("/version: "));
  CHECK(fault_in(with("version", "1")).starts_with("/version: "));
  CHECK(fault_in(with("version", 1.5)).starts_with("/version: "));
  CHECK(fault_in(with("description", Value())).starts_with("/description: "));
  CHECK(in_short(Kind::parse(Array{}, StepRegistry::with_core_steps()).error()) ==
        "invalid_configuration");
}

TEST_CASE("a kind's name is a letter and then letters, digits, underscores and hyphens") {
  CHECK(is_kind_name("a"));
  CHECK(is_kind_name("Sensor_data-2"));
  CHECK(is_kind_name(std::string(100, 'k')));
  CHECK_FALSE(is_kind_name(std::string(101, 'k')));
  for (const char* name : {"", "_a", "1a", "-a", "a b", "a.b", "a/b", "a:b", "ä"}) {
    CHECK_FALSE(is_kind_name(name));
  }
}

TEST_CASE("a fault in the pipeline is pointed at from the definition's root") {
  CHECK(fault_in(with("pipeline", Object{})).starts_with("/pipeline: A pipeline must be a list"));
  CHECK(fault_in(with("pipeline", Array{step("keep", {{"field", Array{"a"}}})})) ==
        "/pipeline/0/keep/field: The step has no parameter \"field\". Did you mean \"fields\"?");
}

TEST_CASE("a fault in the declared fields is pointed at") {
  CHECK(fault_in(with("fields", Array{})).starts_with("/fields: "));
  CHECK(fault_in(with("fields", Object{{"a/b", "nunber"}})) ==
        "/fields/a~1b: There is no type \"nunber\". Did you mean \"number\"?");
  CHECK(fault_in(with("fields", Object{{"a", "integer"}})) ==
        "/fields/a: There is no type \"integer\". Known types: \"any\", \"null\", \"timestamp\", "
        "\"boolean\", \"string\", \"number\", \"array\", \"object\".");
  CHECK(fault_in(with("fields", Object{{"a", 1}})).starts_with("/fields/a: "));
  CHECK(fault_in(with("fields", Object{{"a..b", "any"}})).starts_with("/fields/a..b: "));
  CHECK(fault_in(with("fields", Object{{"_id", "string"}})) ==
        "/fields/_id: The field \"_id\" is the server's own.");
}

TEST_CASE("a declared type that the pipeline breaks in every record is refused") {
  CHECK(fault_in(with("fields", Object{{"timeUTC", "string"}})) ==
        "/fields/timeUTC: The field \"timeUTC\" is declared string, but the pipeline makes it a "
        "timestamp.");
  CHECK(fault_in(with("fields", Object{{"timeUTC", "any"}, {"data", "string"}})).empty());
}

TEST_CASE("a fault in the indexes is pointed at") {
  CHECK(fault_in(with("indexes", Object{})).starts_with("/indexes: "));
  CHECK(fault_in(with("indexes", Array{"a", 3})).starts_with("/indexes/1: "));
  CHECK(fault_in(with("indexes", Array{"a", ""})).starts_with("/indexes/1: "));
  CHECK(fault_in(with("indexes", Array{"-"})).starts_with("/indexes/0: "));
  CHECK(fault_in(with("indexes", Array{"a", "_id"})).starts_with("/indexes/1: "));
  CHECK(fault_in(with("indexes", Array{Value(Array{})})).starts_with("/indexes/0: "));
  CHECK(fault_in(with("indexes", Array{Value(Array{"a", Value(Array{"b"})})}))
            .starts_with("/indexes/0/1: "));
  CHECK(fault_in(with("indexes", Array{Value(Array{"a", "-a"})})) ==
        "/indexes/0/1: The index names \"a\" twice.");
  CHECK(fault_in(with("indexes", Array{"a", Value(Array{"a"})})) ==
        "/indexes/1: This index is defined twice.");
  CHECK(fault_in(with("indexes", Array{"a", "-a"})).empty());
}

TEST_CASE("a field that the pipeline cannot leave is refused wherever it is named") {
  Object definition{{"name", "stations"},
                    {"pipeline", Array{step("keep", {{"fields", Array{"mean", "place"}}})}}};
  const auto fault = [&](std::string_view member, Value value) {
    Object changed = definition;
    changed.set(member, std::move(value));
    return fault_in(std::move(changed));
  };
  const std::string no_field = ": The pipeline leaves no field \"maen\". Did you mean \"mean\"?";
  CHECK(fault("fields", Object{{"maen", "number"}}) == "/fields/maen" + no_field);
  CHECK(fault("fields", Object{{"maen", "any"}}) == "/fields/maen" + no_field);
  CHECK(fault("indexes", Array{"mean", "-maen"}) == "/indexes/1" + no_field);
  CHECK(fault("indexes", Array{Value(Array{"mean", "maen"})}) == "/indexes/0/1" + no_field);
  CHECK(fault("id", Object{{"field", "maen"}}) == "/id" + no_field);
  CHECK(fault("indexes", Array{"place.city"}).empty());
}

TEST_CASE("the type of a field is the declared one, else what the pipeline makes it") {
  const auto kind = parse(measurements());
  CHECK(kind->type_of(field("mean")) == FieldType::number);
  CHECK(kind->type_of(field("stdev")) == FieldType::number);
  CHECK(kind->type_of(field("timeUTC")) == FieldType::timestamp);
  CHECK(kind->type_of(field("place.name")) == FieldType::string);
  CHECK(kind->type_of(field("place")) == FieldType::any);
  CHECK(kind->type_of(field("data")) == FieldType::any);
}

TEST_CASE("a transformed record is refused if it does not have the declared types") {
  const auto kind = parse(
      {{"name", "k"}, {"version", 1}, {"fields", Object{{"a.b", "number"}, {"t", "timestamp"}}}});
  CHECK(result_of(*kind, {{"x", 1}}) == R"({"x":1})");
  CHECK(result_of(*kind, {{"a", 1}}) == R"({"a":1})");
  CHECK(result_of(*kind, {{"a", Object{{"b", 1.5}}}}) == R"({"a":{"b":1.5}})");
  CHECK(result_of(*kind, {{"a", Object{{"b", Value()}}}}) == "type_mismatch /a/b");
  CHECK(result_of(*kind, {{"a", Object{{"b", "1"}}}}) == "type_mismatch /a/b");
  CHECK(result_of(*kind, {{"t", Timestamp{}}}) == R"({"t":"1970-01-01T00:00:00Z"})");
  CHECK(kind->transform({{"t", "1970-01-01T00:00:00Z"}}).error().detail ==
        "The value at /t is a string; it must be a timestamp. The step parse_time makes timestamps "
        "of text.");
}

TEST_CASE("a catalog finds kinds by name and lists them in order") {
  std::vector<Kind> kinds;
  for (const char* name : {"records", "measurements", "events"}) {
    kinds.push_back(parse({{"name", name}, {"version", 1}}).value());
  }
  const auto catalog = KindCatalog::of(std::move(kinds));
  REQUIRE(catalog);
  REQUIRE(catalog->kinds().size() == 3);
  CHECK(catalog->kinds()[0]->name() == "events");
  CHECK(catalog->kinds()[2]->name() == "records");
  CHECK(catalog->find("records").value() == catalog->kinds()[2]);

  const auto unknown = catalog->find("mesurement");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::unknown_kind);
  CHECK(unknown.error().detail ==
        "There is no kind \"mesurement\". Did you mean \"measurements\"?");
  CHECK(catalog->find(std::string(9'999, '/')).error().detail == "There is no kind of this name.");
}

TEST_CASE("a catalog has the server's own kinds, and does not show them") {
  const auto catalog = KindCatalog::of(std::vector<Kind>());
  REQUIRE(catalog);
  CHECK(catalog->kinds().empty());
  REQUIRE(catalog->system_kinds().size() == 6);
  CHECK(catalog->system_kinds()[0]->name() == kRejectsKind);
  CHECK(catalog->system_kinds()[0]->indexes() ==
        std::vector<IndexDefinition>{{key("kind")}, {key("receivedAt")}});
  CHECK(catalog->system_kinds()[1]->name() == kSecretsKind);
  CHECK(in_short(catalog->find(kRejectsKind).error()) == "unknown_kind");
}

TEST_CASE("two kinds of one name are refused") {
  std::vector<Kind> kinds;
  kinds.push_back(parse({{"name", "records"}, {"version", 1}}).value());
  kinds.push_back(parse({{"name", "records"}, {"version", 2}}).value());
  const auto catalog = KindCatalog::of(std::move(kinds));
  REQUIRE_FALSE(catalog);
  CHECK(in_short(catalog.error()) == "invalid_configuration");
  CHECK(catalog.error().detail == "There are two kinds of the name \"records\".");
}

TEST_CASE("text in a filter on a timestamp becomes a timestamp") {
  const auto kind = parse(measurements()).value();
  const Timestamp ten = parse_timestamp("2019-05-01T10:00:00Z").value();
  Filter filter{
      Condition{*FieldPath::parse("timeUTC"), Operator::less, "2019-05-01T06:00:00-0400"}};
  CHECK(apply_field_types(filter, kind));
  CHECK(std::get<Condition>(filter.node).operand == Value(ten));

  Filter list{
      Condition{field("timeUTC"), Operator::not_in, Array{"2019-05-01T10:00:00Z", 3, Value()}}};
  CHECK(apply_field_types(list, kind));
  CHECK(std::get<Condition>(list.node).operand == Value(Array{ten, 3, Value()}));
}

TEST_CASE("a date alone in a filter is midnight in UTC") {
  const auto kind = parse(measurements()).value();
  Filter filter{Condition{field("timeUTC"), Operator::greater, "2019-05-01"}};
  CHECK(apply_field_types(filter, kind));
  CHECK(std::get<Condition>(filter.node).operand ==
        Value(parse_timestamp("2019-05-01T00:00:00Z").value()));
  for (const std::string text : {"2019-02-30", "2019-5-1", "2019-05-01T", "20190501", "2019-05"}) {
    Filter bad{Condition{field("timeUTC"), Operator::greater, text}};
    const auto applied = apply_field_types(bad, kind);
    REQUIRE_FALSE(applied);
    CHECK(in_short(applied.error()) == "invalid_filter /value");
    CHECK(applied.error().detail.find('"' + text + '"') != std::string::npos);
  }
}

TEST_CASE("filters on other fields are left as they are") {
  const auto kind = parse(measurements()).value();
  Filter filter{Filter::And{{
      Filter{Condition{field("any"), Operator::equal, "2019-05-01T10:00:00Z"}},
      Filter{Condition{field("mean"), Operator::not_equal, "2019-05-01T10:00:00Z"}},
      Filter{Condition{field("timeUTC"), Operator::not_equal, 3}},
      Filter::all(),
  }}};
  const Filter before = filter;
  CHECK(apply_field_types(filter, kind));
  CHECK(filter == before);
}

TEST_CASE("text that is not a time in a filter on a timestamp is refused and pointed at") {
  const auto kind = parse(measurements()).value();
  const Filter bad{Condition{field("timeUTC"), Operator::not_in, Array{3, "noon"}}};
  Filter filter{Filter::And{{Filter::all(), Filter{Filter::Or{{bad}}}}}};
  const auto applied = apply_field_types(filter, kind);
  REQUIRE_FALSE(applied);
  CHECK(in_short(applied.error()) == "invalid_filter /and/1/or/0/value/1");
  CHECK(applied.error().detail.starts_with(
      "The field \"timeUTC\" is a timestamp. \"noon\" is not an RFC 3339 date-time"));
}

}  // namespace dropzone
