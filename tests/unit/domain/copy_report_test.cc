#include <dropzone/store/copy_report.h>

#include <catch2/catch.hpp>

namespace dropzone {
namespace {

TEST_CASE("the report of a copy says in what two stores differ") {
  KindReport same{.kind = "a", .stats = {.copied = 2, .present = 1}};
  same.from = same.to = {.records = 3, .checksum = {0xab}};
  KindReport different{.kind = "b"};
  different.from.records = 1;
  different.stats.refused.add("large");
  different.stats.first_refusal.detail = "The record is too large.";
  different.differences.only_source.add("large");
  const std::string text = copy_report({same, different}, {"_dropzone_secrets"}, {"x", "y"});
  CHECK_THAT(text, Catch::StartsWith("a: the same, 3 records, checksum ab0000"));
  CHECK_THAT(text, Catch::Contains("; 2 copied, 1 were there\n"));
  CHECK_THAT(text, Catch::Contains("b: DIFFERENT; 0 copied"));
  CHECK_THAT(text, Catch::Contains("  only in x: \"large\"\n"));
  CHECK_THAT(text, Catch::Contains("not taken by y (The record is too large.): \"large\"\n"));
  CHECK_THAT(text, Catch::Contains("_dropzone_secrets: left out"));
  CHECK_THAT(text, Catch::EndsWith("x and y DIFFER.\n"));
  CHECK_THAT(copy_report({same}, {}, {"x", "y"}),
             Catch::EndsWith("x and y have the same records.\n"));
}

}  // namespace
}  // namespace dropzone
