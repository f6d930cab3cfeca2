// The kinds in docs/cookbook.md are accepted, and make of their examples what these say.
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/kind/kind.h>
#include <dropzone/store/kind_examples.h>
#include <dropzone/value/json_text.h>

#include "files.h"

namespace dropzone {
namespace {

std::vector<Value> recipes() {
  constexpr std::string_view kOpening = "```json\n";
  const std::string page = read_source("docs/cookbook.md");
  std::vector<Value> kinds;
  for (std::size_t at = page.find(kOpening); at != std::string::npos;
       at = page.find(kOpening, at)) {
    at += kOpening.size();
    const std::size_t end = page.find("\n```", at);
    kinds.push_back(decode(std::string_view(page).substr(at, end - at)));
    at = end;
  }
  return kinds;
}

void check_recipe(const Value& definition) {
  const auto kind = Kind::parse(definition, all_steps());
  if (!kind) FAIL(kind.error().pointer << ": " << kind.error().detail);
  INFO(kind->name());
  CHECK(kind->examples().size() >= 2);
  const auto failed = find_failed_example(*kind, crypto::OpensslDigest());
  if (failed) FAIL_CHECK(failed->expected << " is expected, not " << failed->got);
}

}  // namespace

TEST_CASE("the cookbook has ten kinds, and each makes of its examples what it says") {
  const auto definitions = recipes();
  CHECK(definitions.size() == 10);
  for (const Value& definition : definitions) check_recipe(definition);
}

}  // namespace dropzone
