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

Writes the store into a new file that has nothing but what is there, and puts it in the store's place:
the file is as small as can be, and nothing that was ever deleted is in it. The store is the one that
a server with the same options would use; stop that server first. It needs as much free space beside
the store as the records take.
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
