// docs/steps.md names what there is, and what it shows is what happens.
#include <algorithm>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/pipeline_parser.h>
#include <dropzone/value/json_text.h>

#include "files.h"
#include "steps_manual.h"

namespace dropzone {
namespace {

/// The parameters that a step has, in the words of its own error.
Names parameters_of(std::string_view step, const StepRegistry& registry) {
  PipelineParser parser(registry, kDeployedDefinition);
  const auto made = registry.make(step, Object{{"#", 1}}, parser);
  REQUIRE_FALSE(made);
  constexpr std::string_view kList = "parameters: ";
  const std::size_t at = made.error().detail.find(kList);
  INFO(made.error().detail);
  REQUIRE(at != std::string::npos);
  return names_between(std::string_view(made.error().detail).substr(at), '"');
}

/// The shown members of the problem that a refusal is.
Object problem(const Error& error, const Object& shown) {
  Object problem{{"code", std::string(error_name(error.code))}, {"step", error.step}};
  if (shown.find("pointer")) problem.append("pointer", error.pointer);
  if (shown.find("detail")) problem.append("detail", error.detail);
  return problem;
}

void check_example(const ManualExample& example, const StepRegistry& registry) {
  INFO(to_json(example.steps));
  const Value steps = example.steps.as_array() ? example.steps : Value(Array{example.steps});
  const auto pipeline = Pipeline::parse(steps, registry);
  if (!pipeline) FAIL(pipeline.error().pointer << ": " << pipeline.error().detail);
  Allowance allowance{RecordLimits{}};
  // As the page says.
  const Received received{.at = *parse_timestamp("2026-05-01T10:00:00Z"), .by = "importer"};
  const auto result = pipeline->apply(*example.record.as_object(), {allowance, received});
  if (result) {
    CHECK_FALSE(example.refused);
    CHECK(to_json(*result) == to_json(example.outcome));
  } else {
    CHECK(example.refused);
    CHECK(to_json(problem(result.error(), *example.outcome.as_object())) ==
          to_json(example.outcome));
  }
}

}  // namespace

TEST_CASE("docs/steps.md has a row and a section of each registered step, and of no other") {
  const auto registry = all_steps();
  Names names;
  for (const std::string_view name : registry.names()) names.emplace(name);
  Names sections;
  for (const ManualSection& section : manual_sections()) {
    if (section.title.starts_with("\n## `")) sections.merge(names_between(section.title, '`'));
  }
  CHECK(sections == names);
  CHECK(first_column(read_source("docs/steps.md"), "step") == names);
}

TEST_CASE("docs/steps.md describes each parameter of each step, and no other") {
  const auto registry = all_steps();
  for (const std::string_view name : registry.names()) {
    INFO(name);
    CHECK(first_column(section_of(name).text, "parameter") == parameters_of(name, registry));
  }
}

TEST_CASE("docs/steps.md has an example of each step, and each example is what happens") {
  const auto registry = all_steps();
  for (const std::string_view name : registry.names()) {
    INFO(name);
    const auto examples = examples_in(section_of(name).text);
    CHECK(std::ranges::any_of(examples, [&](const auto& one) { return shows(one, name); }));
    for (const ManualExample& example : examples) check_example(example, registry);
  }
}

TEST_CASE("what docs/steps.md shows of members next to a step is what happens") {
  const std::string manual = read_source("docs/steps.md");
  const std::size_t at = manual.find("\n### Members next to the step");
  REQUIRE(at != std::string::npos);
  const auto examples = examples_in(manual.substr(at, manual.find("\n## ", at) - at));
  CHECK_FALSE(examples.empty());
  for (const ManualExample& example : examples) check_example(example, all_steps());
}

}  // namespace dropzone
