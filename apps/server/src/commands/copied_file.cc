#include "commands/copied_file.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "options/command_line.h"
#include "options/read_options.h"
#include "store.h"

namespace dropzone::server {

Result<CopiedFile> read_stored_file(std::vector<std::string> arguments,
                                    const config::Environment& environment) {
  const auto line = read_command_line(std::move(arguments));
  if (!line) return line.error();
  const auto options = read_options(line->settings, environment);
  if (!options) return options.error();
  const auto url = store_url_of(*options, environment);
  if (!url) return url.error();
  if (const auto* store = std::get_if<stores::SqliteStore>(&*url))
    return CopiedFile{{}, store->path, options->max_snapshot_age};
  return config::fault("--store " + options->store,
                       "only a SQLite file is backed up, restored and compacted by this. Datastore "
                       "has backups of its "
                       "own; memory has nothing to keep.");
}

Result<CopiedFile> read_copied_file(std::string_view command, std::string_view missing,
                                    std::vector<std::string> arguments,
                                    const config::Environment& environment) {
  const std::string named = arguments.front();
  if (named.empty() || named.starts_with('-')) return config::fault(command, std::string(missing));
  arguments.erase(arguments.begin());
  auto files = read_stored_file(std::move(arguments), environment);
  if (files) files->named = named;
  return files;
}

sqlite::BackupProgress shown_on(process::ProgressLine& line) {
  return [&line, begun = false](std::int64_t done, std::int64_t total) mutable {
    if (!std::exchange(begun, true)) {
      line.begin("copying pages", static_cast<std::uint64_t>(total));
    }
    line.at(static_cast<std::uint64_t>(done));
    if (done == total) line.end();
  };
}

}  // namespace dropzone::server
