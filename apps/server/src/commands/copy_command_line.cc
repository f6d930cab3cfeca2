#include "commands/copy_command_line.h"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

#include "options/command_line.h"
#include "options/option_values.h"

namespace dropzone::server {

Error copy_command_fault(std::string_view what) {
  return fault("copy", std::string(what) + " See dropzone-server copy --help.");
}

Result<CopyCommandLine> read_copy_command_line(std::vector<std::string> arguments) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  CopyCommandLine wish;
  std::string only;
  app.add_option("--from", wish.from);
  app.add_option("--to", wish.to);
  app.add_option("--only", only);
  app.add_flag("--secrets", wish.secrets);
  try {
    std::ranges::reverse(arguments);  // CLI11 takes them off the end.
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return copy_command_fault(std::string(error.what()) + ".");
  }
  if (wish.from.empty()) return copy_command_fault("No store to copy from. Add --from URL.");
  if (wish.to.empty()) return copy_command_fault("No store to copy to. Add --to URL.");
  wish.only = parse_list(only);
  auto line = read_command_line(app.remaining());
  if (!line) return std::move(line).error();
  if (line->command != Command::serve) {
    return copy_command_fault("It copies, and does nothing else at a time.");
  }
  if (line->settings.contains("store")) {
    return copy_command_fault("There are two stores: name them with --from and --to.");
  }
  wish.settings = std::move(line->settings);
  return wish;
}

}  // namespace dropzone::server
