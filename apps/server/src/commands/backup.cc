#include "commands/commands.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/process/progress_line.h>
#include <dropzone/sqlite/backup.h>

#include "commands/copied_file.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kBackupUsage =
    R"(dropzone-server backup FILE [--store sqlite:PATH] [--config FILE]

Copies the store into a new file, as it is at one moment, while a server reads and writes it. The
store is the one that a server with the same options would use. To restore, stop the server and run
dropzone-server restore FILE, or start a server with --store sqlite:FILE.
)";

}  // namespace

Result<std::string> run_backup_command(std::vector<std::string> arguments,
                                       const config::Environment& environment) {
  if (arguments.empty() || std::ranges::count(arguments, "--help") > 0)
    return std::string(kBackupUsage);
  DROPZONE_TRY(const auto files,
               read_copied_file("backup", "name the new file first: dropzone-server backup FILE.",
                                std::move(arguments), environment));
  auto line = process::ProgressLine::on_standard_error();
  const Deadline deadline = std::chrono::steady_clock::now() + files.max_snapshot_age;
  const auto copied =
      sqlite::back_up(files.store, files.named, line.counting("copying pages"), deadline);
  if (!copied) return config::fault("backup", copied.error().detail);
  const auto bytes = std::filesystem::file_size(files.named);
  return files.named.string() + ": " + std::to_string(bytes) + " bytes, a copy of " +
         files.store.string() + "\n";
}

}  // namespace dropzone::server
