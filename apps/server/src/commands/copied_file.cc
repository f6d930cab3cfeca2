#include "commands/copied_file.h"

#include <utility>
#include <variant>

#include "options/command_line.h"
#include "options/options.h"
#include "store.h"

namespace dropzone::server {

Result<CopiedFile> read_stored_file(std::vector<std::string> arguments,
                                    const config::Environment& environment) {
  DROPZONE_TRY(const auto line, read_command_line(std::move(arguments)));
  DROPZONE_TRY(const auto options, read_options(line.settings, environment));
  DROPZONE_TRY(const auto url, store_url_of(options, environment));
  if (const auto* store = std::get_if<stores::SqliteStore>(&url))
    return CopiedFile{{}, store->path, options.max_snapshot_age};
  return config::fault("--store " + options.store,
                       "this command works on a SQLite file only. Datastore "
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

}  // namespace dropzone::server
