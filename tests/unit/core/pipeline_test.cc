#include <dropzone/kind/pipeline.h>

#include <algorithm>

#include <catch2/catch.hpp>

#include "step_testing.h"

namespace dropzone {
namespace {

class Shout final : public Step {
 public:
  std::string_view name() const noexcept override { return "shout"; }
  Result<void> apply(Object& object, const StepContext&) const override {
    object.set("loud", true);
    return {};
  }
};

Result<std::unique_ptr<Step>> make_shout(const Value&) { return std::make_unique<Shout>(); }

}  // namespace

TEST_CASE("an empty pipeline leaves the object as it is") {
  CHECK(transformed({}, {{"b", 1}, {"a", Value()}}) == R"({"b":1,"a":null})");
  CHECK(parse_pipeline({})->empty());
  CHECK(inferred({}).empty());
}

TEST_CASE("steps are applied in their order, up to the first that refuses") {
  CHECK(transformed({set_step("a", 1), set_step("a", 2), set_step("b", 3)}, {}) ==
        R"({"a":2,"b":3})");
  CHECK(transformed({set_step("a", 1), set_step("a.b", 2), set_step("a.c", 3)}, {}) ==
        "type_mismatch set /a");
}

TEST_CASE("a trace sees the object after each step") {
  std::string seen;
  Allowance allowance{RecordLimits{}};
  const auto result = parse_pipeline({set_step("a", 1), set_step("b", 2), set_step("a.x", 3)})
                          ->apply({}, allowance, [&](const Pipeline::Stage& stage) {
                            seen += std::string(stage.step) + to_json(stage.after);
                          });
  CHECK_FALSE(result);
  CHECK(seen == R"(set{"a":1}set{"a":1,"b":2})");
}

TEST_CASE("a pipeline is a list of objects with one step each") {
  const auto registry = StepRegistry::with_core_steps();
  const auto refusal = [&](const Value& definition) {
    return in_short(Pipeline::parse(definition, registry).error());
  };
  CHECK(refusal(Object{}) == "invalid_configuration");
  CHECK(refusal(Array{set_step("a", 1), "keep"}) == "invalid_configuration /1");
  CHECK(refusal(Array{Object{}}) == "invalid_configuration /0");
  CHECK(refusal(Array{Object{{"set", 1}, {"keep", 2}}}) == "invalid_configuration /0");
}

TEST_CASE("an unknown step is refused with the nearest name") {
  CHECK(fault(step("parsetime", {})) ==
        "/0/parsetime: There is no step \"parsetime\". Did you mean \"parse_time\"?");
  CHECK(fault(step("a/b", {})).starts_with("/0/a~1b: There is no step \"a/b\". Known steps: \""));
}

TEST_CASE("a step of one's own joins by its name, and what it does not tell is not known") {
  StepRegistry registry = StepRegistry::with_core_steps();
  registry.add("shout", make_shout);
  const auto pipeline = Pipeline::parse(Array{set_step("a", 1), step("shout", {})}, registry);
  REQUIRE(pipeline);
  CHECK(to_json(*pipeline->apply({})) == R"({"a":1,"loud":true})");
  CHECK(pipeline->known_fields().empty());
}

TEST_CASE("the registry lists the names of its steps, sorted") {
  const auto registry = StepRegistry::with_core_steps();
  const auto names = registry.names();
  CHECK(names.size() > 20);
  CHECK(std::ranges::is_sorted(names));
  CHECK(std::ranges::all_of(names, [&](auto name) { return registry.contains(name); }));
}

TEST_CASE("types have names") {
  for (const std::string_view name : type_names()) {
    REQUIRE(find_type(name));
    CHECK(type_name(*find_type(name)) == name);
  }
  CHECK_FALSE(find_type("integer"));
}

TEST_CASE("every value is of the type any and of its own, and of no other") {
  const Value values[] = {Value(),  Timestamp{}, true, "text",        1.5,
                          Array{1}, Object{},    1,    Value(Array{})};
  for (const Value& value : values) {
    for (const std::string_view name : type_names()) {
      const FieldType type = *find_type(name);
      const bool expected = type == FieldType::any || name == class_name(value.value_class());
      CHECK(is_of_type(value, type) == expected);
    }
    CHECK(type_name(type_of(value)) == class_name(value.value_class()));
  }
}

}  // namespace dropzone
