// docs/steps.md names what there is, and what it shows is what happens.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/kind/pipeline.h>
#include <dropzone/kind/pipeline_parser.h>
#include <dropzone/value/json_text.h>

#include "files.h"

namespace dropzone {
namespace {

using Names = std::set<std::string, std::less<>>;

/// A part of the manual under a heading of the second or third level.
struct ManualSection {
  std::string title;
  std::string text;
};

std::vector<ManualSection> manual_sections() {
  const std::string manual = read_source("docs/steps.md");
  std::vector<ManualSection> sections;
  std::size_t at = 0;
  while (at < manual.size()) {
    const std::size_t next = std::min(manual.find("\n## ", at + 1), manual.size());
    const std::string text = manual.substr(at, next - at);
    const std::size_t line = text.find('\n', 1);
    sections.push_back({text.substr(0, line), text});
    at = next;
  }
  return sections;
}

ManualSection section_of(std::string_view step) {
  const std::string title = "\n## `" + std::string(step) + '`';
  for (const ManualSection& section : manual_sections()) {
    if (section.title == title) return section;
  }
  FAIL("docs/steps.md has no section of the step " << step);
  return {};
}

/// What is in backticks or quotes.
Names names_between(std::string_view text, char quote) {
  Names names;
  for (std::size_t at = text.find(quote); at != std::string_view::npos; at = text.find(quote, at)) {
    const std::size_t end = text.find(quote, at + 1);
    names.emplace(text.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  return names;
}

/// The names in the first column of the table whose first heading this is.
Names first_column(const std::string& text, const std::string& heading) {
  Names names;
  const std::size_t table = text.find("\n| " + heading + " |");
  if (table == std::string::npos) return names;
  std::size_t line = text.find('\n', table + 1);
  while (text.compare(line, 3, "\n| ") == 0) {
    names.merge(names_between(text.substr(line + 3, text.find(" |", line) - line - 3), '`'));
    line = text.find('\n', line + 1);
  }
  return names;
}

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

/// A step, or a list of steps, the record that it gets, and what comes of it.
struct ManualExample {
  Value steps;
  Value record;
  Value outcome;
  bool refused;  ///< The outcome is a problem: code, step and pointer, and the detail if it is
                 ///< shown.
};

/// The JSON blocks in groups of three. Before the second one is "makes of" or "refuses".
std::vector<ManualExample> examples_in(std::string_view text) {
  constexpr std::string_view kOpening = "```json\n";
  constexpr std::string_view kClosing = "\n```";
  std::vector<Value> blocks;
  std::vector<std::string> before;
  std::size_t last = 0;
  for (std::size_t at = text.find(kOpening); at != std::string_view::npos;
       at = text.find(kOpening, last)) {
    before.emplace_back(text.substr(last, at - last));
    at += kOpening.size();
    const std::size_t end = text.find(kClosing, at);
    INFO(text.substr(at, end - at));
    blocks.push_back(decode(text.substr(at, end - at)));
    last = end + kClosing.size();
  }
  REQUIRE(blocks.size() % 3 == 0);
  std::vector<ManualExample> examples;
  for (std::size_t i = 0; i < blocks.size(); i += 3) {
    const bool refused = before[i + 1].find("refuses") != std::string::npos;
    REQUIRE(refused != (before[i + 1].find("makes of") != std::string::npos));
    examples.push_back({blocks[i], blocks[i + 1], blocks[i + 2], refused});
  }
  return examples;
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

bool shows(const ManualExample& example, std::string_view step) {
  const Array* list = example.steps.as_array();
  const auto is_step = [&](const Value& one) { return one.as_object()->find(step) != nullptr; };
  return list ? std::ranges::any_of(*list, is_step) : is_step(example.steps);
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

TEST_CASE("what docs/steps.md shows of members beside a step is what happens") {
  const std::string manual = read_source("docs/steps.md");
  const std::size_t at = manual.find("\n### Members beside the step");
  REQUIRE(at != std::string::npos);
  const auto examples = examples_in(manual.substr(at, manual.find("\n## ", at) - at));
  CHECK_FALSE(examples.empty());
  for (const ManualExample& example : examples) check_example(example, all_steps());
}

}  // namespace dropzone
