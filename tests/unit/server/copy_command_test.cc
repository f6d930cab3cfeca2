#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include <dropzone/json/decode_value.h>
#include <dropzone/steps/all_steps.h>

#include "commands/copy_command_line.h"
#include "commands/kinds_to_copy.h"

namespace dropzone::server {
namespace {

using Names = std::vector<std::string>;

KindCatalog catalog() {
  std::vector<Kind> kinds;
  for (const char* const name : {"records", "measurements"}) {
    const std::string text = R"({"name": ")" + std::string(name) + R"(", "version": 1})";
    const auto definition = json::decode_value(text, 5);
    kinds.push_back(Kind::parse(definition.value(), all_steps()).value());
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
  auto kinds = kinds_to_copy(found, KnownKinds{catalog(), {}}, wish);
  REQUIRE(kinds);
  CHECK(kinds->chosen == Names{"_dropzone_rejects", "measurements", "records"});
  CHECK(kinds->left_out == Names{"_dropzone_api_keys", "_dropzone_secrets", "_dropzone_tokens"});

  wish.secrets = true;
  kinds = kinds_to_copy(found, KnownKinds{catalog(), {}}, wish);
  REQUIRE(kinds);
  CHECK(kinds->chosen == found);
  CHECK(kinds->left_out.empty());

  wish.only = {"measurements"};
  kinds = kinds_to_copy(found, KnownKinds{catalog(), {}}, wish);
  REQUIRE(kinds);
  CHECK(kinds->chosen == wish.only);
}

TEST_CASE("a kind that is not deployed is no kind to be passed over in silence") {
  CopyCommandLine wish;
  const auto kinds = kinds_to_copy({"others", "records"}, KnownKinds{catalog(), {}}, wish);
  REQUIRE_FALSE(kinds);
  CHECK_THAT(kinds.error().detail, Catch::Contains("\"others\"") && Catch::Contains("--only"));
  CHECK_FALSE(kinds_to_copy({"_dropzone_newer"}, KnownKinds{catalog(), {}}, wish));

  wish.only = {"records"};
  CHECK(kinds_to_copy({"others", "records"}, KnownKinds{catalog(), {}}, wish));
  wish.only = {"record"};
  const auto misspelt = kinds_to_copy({"records"}, KnownKinds{catalog(), {}}, wish);
  REQUIRE_FALSE(misspelt);
  CHECK_THAT(misspelt.error().detail, Catch::Contains("records"));
}

}  // namespace
}  // namespace dropzone::server
