#include "commands/copy_command_line.h"

#include <utility>

#include <dropzone/config/argument_reader.h>
#include <dropzone/config/option_values.h>

#include "commands/command_table.h"
#include "options/command_line.h"

namespace dropzone::server {

Result<CopyCommandLine> read_copy_command_line(std::vector<std::string> arguments) {
  CopyCommandLine args;
  std::string only;
  config::ArgumentReader reader;
  reader.option("--from", args.from);
  reader.option("--to", args.to);
  reader.option("--only", only);
  reader.flag("--secrets", args.secrets);
  auto others = reader.read(std::move(arguments));
  if (!others) return command_fault("copy", others.error().detail + ".");
  if (args.from.empty()) return command_fault("copy", "No store to copy from. Add --from URL.");
  if (args.to.empty()) return command_fault("copy", "No store to copy to. Add --to URL.");
  args.only = config::parse_list(only);
  DROPZONE_TRY(auto line, read_command_line(*std::move(others)));
  if (line.command != Command::serve) {
    return command_fault("copy", "This command cannot be combined with another.");
  }
  if (line.settings.contains("store")) {
    return command_fault("copy", "Name the two stores with --from and --to, not with --store.");
  }
  args.settings = std::move(line.settings);
  return args;
}

}  // namespace dropzone::server
