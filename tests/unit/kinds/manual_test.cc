// The kinds that docs/kinds.md shows are accepted.
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/kind/pipeline.h>
#include <dropzone/store/kind_examples.h>

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

}  // namespace

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
