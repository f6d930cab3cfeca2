#include <catch2/catch.hpp>

#include <sstream>
#include <string>
#include <string_view>

#include <dropzone/config/help.h>

#include "commands/command_table.h"
#include "options/help.h"
#include "options/option_table.h"

namespace dropzone::server {
namespace {

TEST_CASE("the help names every command") {
  const std::string help = help_text();
  for (const CommandSpec& command : command_table()) {
    CHECK_THAT(help, Catch::Matchers::Contains("\n  " + std::string(command.name) + " "));
  }
}

TEST_CASE("the help names every option and its variable, and fits a terminal") {
  const std::string help = help_text();
  for (const config::OptionSpec& spec : option_table().specs()) {
    CAPTURE(spec.name);
    const auto name =
        spec.secret ? config::environment_name(spec.name) : "--" + std::string(spec.name);
    CHECK_THAT(help, Catch::Matchers::Contains("\n  " + name + (spec.secret ? "" : " ")));
  }
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 100);
    CHECK_FALSE(line.ends_with(' '));
  }
}

TEST_CASE("the manual has a row for every option, each of four cells") {
  std::istringstream lines(config::options_manual(option_table()));
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!Catch::contains(line, "DROPZONE_")) continue;
    ++rows;
    std::size_t cells = 0;
    for (std::size_t i = 1; i < line.size(); ++i) {
      if (line[i] == '|' && line[i - 1] != '\\') ++cells;
    }
    CAPTURE(line);
    CHECK(cells == 4);
  }
  CHECK(rows == option_table().specs().size());
}

}  // namespace
}  // namespace dropzone::server
