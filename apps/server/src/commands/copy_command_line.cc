#include "commands/copy_command_line.h"

#include <utility>

#include <dropzone/config/argument_reader.h>
#include <dropzone/config/option_values.h>

#include "commands/command_table.h"
#include "options/command_line.h"

namespace dropzone::server {

Result<CopyCommandLine> read_copy_command_line(std::vector<std::string> arguments) {
  CopyCommandLine wish;
  std::string only;
  config::ArgumentReader reader;
  reader.option("--from", wish.from);
  reader.option("--to", wish.to);
  reader.option("--only", only);
  reader.flag("--secrets", wish.secrets);
  auto others = reader.read(std::move(arguments));
  if (!others) return command_fault("copy", others.error().detail + ".");
  if (wish.from.empty()) return command_fault("copy", "No store to copy from. Add --from URL.");
  if (wish.to.empty()) return command_fault("copy", "No store to copy to. Add --to URL.");
  wish.only = config::parse_list(only);
  DROPZONE_TRY(auto line, read_command_line(*std::move(others)));
  if (line.command != Command::serve) {
    return command_fault("copy", "It copies, and does nothing else at a time.");
  }
  if (line.settings.contains("store")) {
    return command_fault("copy", "There are two stores: name them with --from and --to.");
  }
  wish.settings = std::move(line.settings);
  return wish;
}

}  // namespace dropzone::server
