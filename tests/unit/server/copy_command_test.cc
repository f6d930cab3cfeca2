#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include <dropzone/json/decode_value.h>

#include "commands/copy_command_line.h"
#include "commands/copy_report.h"
#include "commands/kinds_to_copy.h"
#include "commands/progress_line.h"
#include "steps.h"

namespace dropzone::server {
namespace {

using Names = std::vector<std::string>;

KindCatalog catalog() {
  std::vector<Kind> kinds;
  for (const char* const name : {"records", "measurements"}) {
    const std::string text = R"({"name": ")" + std::string(name) + R"(", "version": 1})";
    const auto definition = json::decode_value(text, 5);
    kinds.push_back(Kind::parse(definition.value(), server_steps()).value());
  }
  return KindCatalog::of(std::move(kinds)).value();
}

Result<CopyCommandLine> read(std::vector<std::string> arguments) {
  return read_copy_command_line(std::move(arguments));
}

TEST_CASE("copy is told two stores, kinds and options of the server") {
  const auto wish =
      read({"--from", "sqlite:a", "--kinds", "k", "--to=sqlite:b", "--only", "x, y", "--secrets"});
  REQUIRE(wish);
  CHECK(wish->from == "sqlite:a");
  CHECK(wish->to == "sqlite:b");
  CHECK(wish->only == Names{"x", "y"});
  CHECK(wish->secrets);
  CHECK(wish->settings.at("kinds").text == "k");

  const auto fault = [](std::vector<std::string> arguments) {
    const auto wrong = read(std::move(arguments));
    return wrong ? "none" : wrong.error().detail;
  };
  using Catch::Contains;
  CHECK_THAT(fault({"--to", "sqlite:b"}), Contains("Add --from URL"));
  CHECK_THAT(fault({"--from", "sqlite:a"}), Contains("Add --to URL"));
  CHECK_THAT(fault({"--from", "sqlite:a", "--to", "sqlite:b", "--store", "memory:"}),
             Contains("name them with --from and --to"));
  CHECK_THAT(fault({"--from", "sqlite:a", "--to", "sqlite:b", "--kind", "k"}),
             Contains("Did you mean --kinds?"));
  CHECK_THAT(fault({"--from", "sqlite:a", "--to", "sqlite:b", "--version"}),
             Contains("nothing else"));
}

TEST_CASE("all kinds are copied, and those with secrets only on request") {
  const Names found = {"_dropzone_api_keys", "_dropzone_rejects", "_dropzone_secrets",
                       "_dropzone_tokens",   "measurements",      "records"};
  CopyCommandLine wish;
  auto kinds = kinds_to_copy(found, catalog(), wish);
  REQUIRE(kinds);
  CHECK(kinds->chosen == Names{"_dropzone_rejects", "measurements", "records"});
  CHECK(kinds->left_out == Names{"_dropzone_api_keys", "_dropzone_secrets", "_dropzone_tokens"});

  wish.secrets = true;
  kinds = kinds_to_copy(found, catalog(), wish);
  REQUIRE(kinds);
  CHECK(kinds->chosen == found);
  CHECK(kinds->left_out.empty());

  wish.only = {"measurements"};
  kinds = kinds_to_copy(found, catalog(), wish);
  REQUIRE(kinds);
  CHECK(kinds->chosen == wish.only);
}

TEST_CASE("a kind that is not deployed is no kind to be passed over in silence") {
  CopyCommandLine wish;
  const auto kinds = kinds_to_copy({"others", "records"}, catalog(), wish);
  REQUIRE_FALSE(kinds);
  CHECK_THAT(kinds.error().detail, Catch::Contains("\"others\"") && Catch::Contains("--only"));
  CHECK_FALSE(kinds_to_copy({"_dropzone_newer"}, catalog(), wish));

  wish.only = {"records"};
  CHECK(kinds_to_copy({"others", "records"}, catalog(), wish));
  wish.only = {"record"};
  const auto misspelt = kinds_to_copy({"records"}, catalog(), wish);
  REQUIRE_FALSE(misspelt);
  CHECK_THAT(misspelt.error().detail, Catch::Contains("records"));
}

TEST_CASE("the report of a copy says in what two stores differ") {
  KindReport same{.kind = "a", .figures = {.copied = 2, .present = 1}};
  same.from = same.to = {.records = 3, .checksum = {0xab}};
  KindReport different{.kind = "b"};
  different.from.records = 1;
  different.figures.refused.add("large");
  different.figures.first_refusal.detail = "The record is too large.";
  different.differences.only_source.add("large");
  const std::string text = report_text({same, different}, {"_dropzone_secrets"}, {"x", "y"});
  CHECK_THAT(text, Catch::StartsWith("a: the same, 3 records, checksum ab0000"));
  CHECK_THAT(text, Catch::Contains("; 2 copied, 1 were there\n"));
  CHECK_THAT(text, Catch::Contains("b: DIFFERENT; 0 copied"));
  CHECK_THAT(text, Catch::Contains("  only in x: \"large\"\n"));
  CHECK_THAT(text, Catch::Contains("not taken by y (The record is too large.): \"large\"\n"));
  CHECK_THAT(text, Catch::Contains("_dropzone_secrets: left out"));
  CHECK_THAT(text, Catch::EndsWith("x and y DIFFER.\n"));
  CHECK_THAT(report_text({same}, {}, {"x", "y"}),
             Catch::EndsWith("x and y have the same records.\n"));
}

TEST_CASE("progress is a bar on a terminal, and lines elsewhere") {
  std::ostringstream out;
  const bool terminal = GENERATE(true, false);
  ProgressLine line(out, terminal);
  line.begin("copying records", 8);
  line.at(2);
  line.at(4);
  line.end();
  if (terminal) {
    CHECK_THAT(out.str(), Catch::StartsWith("\r\x1b[Kcopying records [--------------------] 0 %"));
    CHECK_THAT(out.str(), Catch::Contains("\r\x1b[Kcopying records [##########----------] 50 %"));
    CHECK(out.str().back() == '\n');
  } else {
    CHECK(out.str() == "copying records: 4 of 8 (50 %)\n");
  }
}

TEST_CASE("progress does not pass its end where there is more than was counted") {
  std::ostringstream out;
  ProgressLine line(out, false);
  line.begin("copying records", 2);
  line.at(3);
  line.end();
  line.begin("copying nothing", 0);
  line.end();
  CHECK(out.str() == "copying records: 3 of 3 (100 %)\ncopying nothing: 0 of 0 (100 %)\n");
}

}  // namespace
}  // namespace dropzone::server
