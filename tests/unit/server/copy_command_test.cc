#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "commands/copy_command_line.h"

namespace dropzone::server {
namespace {

using Names = std::vector<std::string>;

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

}  // namespace
}  // namespace dropzone::server
