// What the manual shows is what happens.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/kind/pipeline.h>
#include <dropzone/store/kind_examples.h>
#include <dropzone/value/json_text.h>

#include "files.h"

namespace dropzone {
namespace {

// The JSON blocks of a Markdown text, in their order.
std::vector<Value> json_blocks(std::string_view text) {
  constexpr std::string_view kOpening = "```json\n";
  std::vector<Value> blocks;
  for (std::size_t at = text.find(kOpening); at != std::string_view::npos;
       at = text.find(kOpening, at)) {
    at += kOpening.size();
    const std::size_t end = text.find("```", at);
    blocks.push_back(decode(text.substr(at, end - at)));
    at = end;
  }
  return blocks;
}

// The names in backticks that follow `before` in the text.
std::set<std::string> names_after(const std::string& text, const std::string& before) {
  std::set<std::string> names;
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
    at += before.size();
    names.insert(text.substr(at, text.find('`', at) - at));
  }
  return names;
}

}  // namespace

TEST_CASE("every registered step, and no other, has a section and a row in docs/steps.md") {
  const auto registry = StepRegistry::with_core_steps();
  const auto registered = registry.names();
  const std::set<std::string> names(registered.begin(), registered.end());
  const std::string text = read_source("docs/steps.md");
  CHECK(names_after(text, "\n## `") == names);
  CHECK(names_after(text, "\n| [`") == names);
}

TEST_CASE("each step's section has an example, and the step does what it says") {
  const auto registry = all_steps();
  const std::string manual = read_source("docs/steps.md");
  for (const std::string_view name : registry.names()) {
    INFO(name);
    const std::size_t section = manual.find("\n## `" + std::string(name) + '`');
    REQUIRE(section != std::string::npos);
    const std::size_t end = manual.find("\n## ", section + 1);
    const auto example = json_blocks(std::string_view(manual).substr(section, end - section));
    REQUIRE(example.size() == 3);
    CHECK(example[0].as_object()->members().front().name == name);
    const auto pipeline = Pipeline::parse(Array{example[0]}, registry);
    REQUIRE(pipeline);
    const auto result = pipeline->apply(*example[1].as_object());
    REQUIRE(result);
    CHECK(to_json(*result) == to_json(example[2]));
  }
}

TEST_CASE("the kinds in docs/kinds.md are what ships, and what is accepted") {
  const auto blocks = json_blocks(read_source("docs/kinds.md"));
  REQUIRE(blocks.size() == 4);
  CHECK(blocks[0] == decode(read_source("kinds/measurements.json")));
  const StepRegistry steps = all_steps();
  CHECK(Pipeline::parse(Array{blocks[2]}, steps));
  Object definition = *blocks[3].as_object();
  definition.set("examples", blocks[1]);
  const auto weather = Kind::parse(definition, steps);
  REQUIRE(weather);
  CHECK(weather->type_of(*FieldPath::parse("at")) == FieldType::timestamp);
  CHECK(weather->examples().size() == 2);
  CHECK_FALSE(find_failed_example(*weather, crypto::OpensslDigest()));
}

}  // namespace dropzone
