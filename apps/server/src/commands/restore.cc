#include "commands/commands.h"

#include <algorithm>
#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/process/progress_line.h>
#include <dropzone/sqlite/restore.h>

#include "commands/copied_file.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kRestoreUsage =
    R"(dropzone-server restore FILE [--store sqlite:PATH] [--config FILE]

Replaces the store by a copy of the backup FILE, once that is checked and on the disk. The store is
the one that a server with the same options would use; stop that server first. The store that was
there is kept next to it with its log, as PATH.before-TIME. A restore that is interrupted leaves the
old store or the new one.
)";

std::string report(const CopiedFile& files, const sqlite::Restored& restored) {
  std::string text = restored.store.string() + ": restored from " + files.named.string() + "\n";
  if (restored.kept) {
    text += "The old store is now " + restored.kept->string() +
            ". Remove it when you no longer need it.\n";
  }
  return text +
         "Start the server. Keys and tokens are those of the backup: revoke what was revoked "
         "since.\n";
}

}  // namespace

Result<std::string> run_restore_command(std::vector<std::string> arguments,
                                        const config::Environment& environment) {
  if (arguments.empty() || std::ranges::count(arguments, "--help") > 0)
    return std::string(kRestoreUsage);
  DROPZONE_TRY(const auto files,
               read_copied_file("restore", "name the backup first: dropzone-server restore FILE.",
                                std::move(arguments), environment));
  auto line = process::ProgressLine::on_standard_error();
  const auto restored = sqlite::restore(files.named, files.store, line.counting("copying pages"));
  if (!restored) return config::fault("restore", restored.error().detail);
  return report(files, *restored);
}

}  // namespace dropzone::server
