#include <catch2/catch.hpp>

#include <dropzone/kind/kind.h>
#include <dropzone/kind/pipeline.h>
#include <dropzone/value/json_text.h>

#include "step_testing.h"

namespace dropzone {
namespace {

Value condition(const char* field, const char* op, Value operand) {
  return Object{{"field", field}, {"operator", op}, {"value", std::move(operand)}};
}

/// Changes the object, and then refuses it.
class Spoiler final : public Step {
 public:
  std::string_view name() const noexcept override { return "spoiler"; }
  Result<void> apply(Object& object, const StepContext&) const override {
    object.set("spoilt", true);
    return Error{ErrorCode::step_failed, "It refuses everything."};
  }
  void infer(KnownFields&) const override {}
};

FieldType type_after(Array steps, const char* field) {
  auto pipeline = parse_pipeline(std::move(steps));
  REQUIRE(pipeline);
  return pipeline->known_fields().type_of(*FieldPath::parse(field));
}

}  // namespace

TEST_CASE("a step with a condition is applied to the records that fulfil it") {
  const Array steps{only_if(set_step("big", true), condition("n", ">", 10))};
  CHECK(transformed(steps, {{"n", 11}}) == R"({"n":11,"big":true})");
  CHECK(transformed(steps, {{"n", 10}}) == R"({"n":10})");
  CHECK(transformed(steps, {{"m", 11}}) == R"({"m":11})");
  CHECK(transformed({only_if(set_step("a", 1), Object{})}, {}) == R"({"a":1})");
}

TEST_CASE("a condition sees the record as the steps before left it") {
  const Array steps{set_step("a", 1), only_if(set_step("a", 2), condition("a", "=", 1)),
                    only_if(set_step("a", 3), condition("a", "=", 1))};
  CHECK(transformed(steps, {}) == R"({"a":2})");
}

TEST_CASE("the text of a condition is a time if the field is one by then") {
  const Array steps{step("parse_time", {{"field", "at"}}),
                    only_if(set_step("old", true), condition("at", "<", "2020-01-01"))};
  CHECK(transformed(steps, {{"at", "2019-06-01T00:00:00Z"}}) ==
        R"({"at":"2019-06-01T00:00:00Z","old":true})");
  CHECK(transformed(steps, {{"at", "2020-01-01T00:00:00+00:00"}}) ==
        R"({"at":"2020-01-01T00:00:00Z"})");
}

TEST_CASE("a step that refuses is skipped, or handled by other steps, if its onError says so") {
  const Value parse = step("parse_time", {{"field", "at"}});
  CHECK(transformed({on_error(parse, "skip"), set_step("b", 1)}, {{"at", 7}}) ==
        R"({"at":7,"b":1})");
  CHECK(transformed({on_error(parse, Array{set_step("at", Value()), set_step("late", true)})},
                    {{"at", 7}}) == R"({"at":null,"late":true})");
  CHECK(transformed({on_error(parse, Array{})}, {{"at", 7}}) == R"({"at":7})");
  CHECK(transformed({on_error(parse, "reject")}, {{"at", 7}}) == "type_mismatch parse_time /at");
  CHECK(transformed({on_error(parse, Array{step("require", {{"fields", Array{"b"}}})})},
                    {{"at", 7}}) == "missing_field require /b");
}

TEST_CASE("a record goes on as it was before the step that refused it") {
  StepRegistry registry = StepRegistry::with_core_steps();
  registry.add("spoiler", [](const Value&) -> Result<std::unique_ptr<Step>> {
    return std::make_unique<Spoiler>();
  });
  const auto pipeline =
      Pipeline::parse(Array{on_error(step("spoiler", {}), "skip"), set_step("b", 1)}, registry);
  REQUIRE(pipeline);
  CHECK(to_json(*pipeline->apply({{"a", 1}})) == R"({"a":1,"b":1})");
}

TEST_CASE("copies that a skipped step needs are bounded like all that steps make") {
  StepRegistry registry = StepRegistry::with_core_steps();
  registry.add("spoiler", [](const Value&) -> Result<std::unique_ptr<Step>> {
    return std::make_unique<Spoiler>();
  });
  Array steps;
  for (int i = 0; i < 20; ++i) steps.push_back(on_error(step("spoiler", {}), "skip"));
  const auto pipeline = Pipeline::parse(steps, registry);
  Allowance allowance{RecordLimits{.max_made_bytes = 100'000}};
  const auto result = pipeline->apply({{"a", std::string(10'000, 'x')}}, allowance);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::record_too_large);
}

TEST_CASE("a trace says which steps were skipped, and what was handled") {
  std::string seen;
  Allowance allowance{RecordLimits{}};
  const auto result =
      parse_pipeline({only_if(set_step("a", 1), condition("x", "=", 1)),
                      on_error(step("parse_time", {{"field", "at"}}), "skip"), set_step("b", 2)})
          ->apply({}, allowance, [&](const Pipeline::Stage& stage) {
            seen += std::string(stage.step) + (stage.skipped ? " skipped" : "");
            if (stage.error) seen += ' ' + std::string(error_name(stage.error->code));
            seen += ' ' + to_json(stage.after) + '\n';
          });
  REQUIRE(result);
  CHECK(seen == "set skipped {}\nparse_time missing_field {}\nset {\"b\":2}\n");
}

TEST_CASE("what is known after a step that may be skipped holds in both cases") {
  const Value when = condition("x", "=", 1);
  CHECK(type_after({set_step("a", 1), only_if(set_step("a", "one"), when)}, "a") == FieldType::any);
  CHECK(type_after({set_step("a", 1), only_if(set_step("a", 2), when)}, "a") == FieldType::number);
  CHECK(type_after({only_if(set_step("a", 1), when)}, "a") == FieldType::any);
  CHECK(type_after({set_step("a.b", 1), only_if(set_step("a.c", 2), when)}, "a") ==
        FieldType::object);

  const Value keep = step("keep", {{"fields", Array{"a"}}});
  const auto closed = parse_pipeline({keep, only_if(set_step("b", 1), condition("a", "=", 1))});
  CHECK(closed->known_fields().type_of(*FieldPath::parse("b")) == FieldType::number);
  CHECK_FALSE(closed->known_fields().can_have(*FieldPath::parse("c")));
  const auto open = parse_pipeline({only_if(keep, condition("a", "=", 1))});
  CHECK(open->known_fields().can_have(*FieldPath::parse("c")));

  const Value parse = step("parse_time", {{"field", "at"}});
  CHECK(type_after({on_error(parse, "skip")}, "at") == FieldType::any);
  CHECK(type_after({on_error(parse, Array{set_step("at", Value())})}, "at") == FieldType::any);
  CHECK(type_after({on_error(parse, "reject")}, "at") == FieldType::timestamp);
}

TEST_CASE("a fault next to a step says what may be there") {
  CHECK(fault(guarded(set_step("a", 1), "on_error", "skip")) ==
        "/0/on_error: A step's object has no member \"on_error\". Did you mean \"onError\"?");
  CHECK(fault(guarded(set_step("a", 1), "keep", Object{})) ==
        "/0: A step's object must have one step; this one has \"set\" and \"keep\".");
  CHECK(fault(on_error(set_step("a", 1), "skp")) ==
        "/0/onError: \"onError\" must be \"reject\", \"skip\" or a list of steps.");
  CHECK(fault(on_error(set_step("a", 1), Array{step("st", {})})) ==
        "/0/onError/0/st: There is no step \"st\". Did you mean \"set\"?");
  CHECK(fault(guarded(set_step("a", 1), "description", 7)) ==
        "/0/description: \"description\" must be a string, not a number.");
  CHECK(fault(only_if(set_step("a", 1), condition("a", "=>", 1))).starts_with("/0/if/operator: "));
  CHECK(fault(only_if(set_step("a", 1), condition("_id", "=", 1))) ==
        "/0/if/field: The field \"_id\" is the server's own; no step can see it.");
  CHECK(fault(Object{{"if", Object{}}}).starts_with("/0: A step must be an object"));
}

TEST_CASE("a condition on a field that no record can have by then is refused") {
  auto pipeline = parse_pipeline({step("keep", {{"fields", Array{"mean"}}}),
                                  only_if(set_step("a", 1), condition("maen", ">", 1))});
  REQUIRE_FALSE(pipeline);
  CHECK(pipeline.error().pointer == "/1/if/field");
  CHECK(pipeline.error().detail ==
        "Before this step, the record has no field \"maen\". Did you mean \"mean\"?");
}

TEST_CASE("steps inside steps count, and nest only so deep") {
  Value nested = set_step("a", 1);
  for (int i = 0; i < 6; ++i) nested = on_error(set_step("a", 1), Array{std::move(nested)});
  CHECK(parse_pipeline({nested}));
  for (int i = 0; i < 3; ++i) nested = on_error(set_step("a", 1), Array{std::move(nested)});
  CHECK(fault(nested).find("at most 8 levels deep") != std::string::npos);

  const Array two{on_error(set_step("a", 1), Array{set_step("a", 2)})};
  const StepRegistry registry = StepRegistry::with_core_steps();
  CHECK(Pipeline::parse(two, registry, {.max_steps = 2}));
  CHECK(Pipeline::parse(two, registry, {.max_steps = 1}).error().pointer == "/0/onError/0");
}

}  // namespace dropzone
