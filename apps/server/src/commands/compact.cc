#include "commands/commands.h"

#include <algorithm>
#include <utility>

#include <dropzone/config/setting.h>
#include <dropzone/process/progress_line.h>
#include <dropzone/sqlite/compact.h>

#include "commands/copied_file.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kCompactUsage =
    R"(dropzone-server compact [--store sqlite:PATH] [--config FILE]

Writes what is in the store into a new file, and replaces the store by it: the file is as small as
possible, and holds no deleted data. The store is the one that a server with the same options would
use; stop that server first. It needs as much free space next to the store as the records take.
)";

}  // namespace

Result<std::string> run_compact_command(std::vector<std::string> arguments,
                                        const config::Environment& environment) {
  if (std::ranges::count(arguments, "--help") > 0) return std::string(kCompactUsage);
  DROPZONE_TRY(const auto file, read_stored_file(std::move(arguments), environment));
  auto line = process::ProgressLine::on_standard_error();
  const auto compacted = sqlite::compact(file.store, line.counting("copying pages"));
  if (!compacted) return config::fault("compact", compacted.error().detail);
  return compacted->store.string() + ": " + std::to_string(compacted->bytes_before) +
         " bytes before, " + std::to_string(compacted->bytes_after) + " now\n";
}

}  // namespace dropzone::server
