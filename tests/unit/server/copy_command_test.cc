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

TEST_CASE("copy takes two stores, kinds and options of the server") {
  const auto args =
      read({"--from", "sqlite:a", "--kinds", "k", "--to=sqlite:b", "--only", "x, y", "--secrets"});
  REQUIRE(args);
  CHECK(args->from == "sqlite:a");
  CHECK(args->to == "sqlite:b");
  CHECK(args->only == Names{"x", "y"});
  CHECK(args->secrets);
  CHECK(args->settings.at("kinds").text == "k");

  const auto fault = [](std::vector<std::string> arguments) {
    const auto wrong = read(std::move(arguments));
    return wrong ? "none" : wrong.error().detail;
  };
  using Catch::Contains;
  CHECK_THAT(fault({"--to", "sqlite:b"}), Contains("Add --from URL"));
  CHECK_THAT(fault({"--from", "sqlite:a"}), Contains("Add --to URL"));
  CHECK_THAT(fault({"--from", "sqlite:a", "--to", "sqlite:b", "--store", "memory:"}),
             Contains("Name the two stores with --from and --to"));
  CHECK_THAT(fault({"--from", "sqlite:a", "--to", "sqlite:b", "--kind", "k"}),
             Contains("Did you mean --kinds?"));
  CHECK_THAT(fault({"--from", "sqlite:a", "--to", "sqlite:b", "--version"}),
             Contains("cannot be combined with another"));
}

}  // namespace
}  // namespace dropzone::server
