#include "backup_command/backup_command.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <variant>

#include <dropzone/sqlite/backup.h>

#include "options/command_line.h"
#include "options/read_options.h"
#include "progress_line.h"
#include "store/open_store.h"
#include "store/store_url.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kBackupUsage =
    R"(dropzone-server backup FILE [--store sqlite:PATH] [--config FILE]

Copies the store into a new file, as it is at one moment, while a server reads and writes it. The
store is the one that a server with the same options would use. To restore, stop the server and put
the file in the store's place, or start a server with --store sqlite:FILE.
)";

sqlite::BackupProgress shown_on(ProgressLine& line) {
  return [&line, begun = false](std::int64_t done, std::int64_t total) mutable {
    if (!std::exchange(begun, true)) {
      line.begin("copying pages", static_cast<std::uint64_t>(total));
    }
    line.at(static_cast<std::uint64_t>(done));
    if (done == total) line.end();
  };
}

Result<std::filesystem::path> file_to_copy(std::vector<std::string> arguments,
                                           const Environment& environment) {
  const auto line = read_command_line(std::move(arguments));
  if (!line) return line.error();
  const auto options = read_options(line->settings, environment);
  if (!options) return options.error();
  const auto url = store_url_of(*options, environment);
  if (!url) return url.error();
  if (const auto* store = std::get_if<SqliteStore>(&*url)) return store->path;
  return fault("--store " + options->store,
               "only a SQLite file is backed up by this. Datastore has backups of its own; memory "
               "has nothing to keep.");
}

}  // namespace

Result<std::string> run_backup_command(std::vector<std::string> arguments,
                                       const Environment& environment) {
  if (arguments.empty() || std::ranges::count(arguments, "--help") > 0)
    return std::string(kBackupUsage);
  const std::string target = arguments.front();
  if (target.empty() || target.starts_with('-')) {
    return fault("backup", "name the new file first: dropzone-server backup FILE.");
  }
  arguments.erase(arguments.begin());
  const auto store = file_to_copy(std::move(arguments), environment);
  if (!store) return store.error();
  ProgressLine line = ProgressLine::on_standard_error();
  const auto copied = sqlite::back_up(*store, target, shown_on(line));
  if (!copied) return fault("backup", copied.error().detail);
  const auto bytes = std::filesystem::file_size(target);
  return target + ": " + std::to_string(bytes) + " bytes, a copy of " + store->string() + "\n";
}

}  // namespace dropzone::server
