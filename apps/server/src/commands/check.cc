#include "commands/commands.h"

#include <algorithm>
#include <utility>

#include <dropzone/config/setting.h>

#include "kinds.h"
#include "options/command_line.h"
#include "options/options.h"
#include "steps.h"

namespace dropzone::server {
namespace {

constexpr std::string_view kCheckUsage =
    R"(dropzone-server check [--kinds DIR] [OPTION VALUE]...

Checks the options and all kind files as a start would, without a store and without a port. Prints
the kinds and exits with status 0, or a line for each fault, with status 2.
)";

std::string counted(std::size_t number, std::string_view one, std::string_view several) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : several);
}

std::string summary_of(const Kind& kind) {
  const Array* const steps = kind.pipeline_definition().as_array();
  return "  " + kind.pipeline_name() + ": " + counted(steps ? steps->size() : 0, "step", "steps") +
         ", " + counted(kind.indexes().size(), "index", "indexes") + "\n";
}

Error all_of(const std::vector<Error>& faults) {
  std::string lines;
  for (const Error& each : faults) lines.append(lines.empty() ? "" : "\n").append(each.detail);
  return {ErrorCode::invalid_configuration, std::move(lines)};
}

}  // namespace

Result<std::string> run_check_command(std::vector<std::string> arguments,
                                      const config::Environment& environment) {
  if (std::ranges::count(arguments, "--help") > 0) return std::string(kCheckUsage);
  DROPZONE_TRY(const auto line, read_command_line(std::move(arguments)));
  if (line.command != Command::serve) {
    return config::fault("check", "This command cannot be combined with another.");
  }
  DROPZONE_TRY(const auto options, read_options(line.settings, environment));
  DROPZONE_TRY(const StepRegistry steps, make_steps(options));
  const auto faults = find_kind_faults(options, steps);
  if (!faults.empty()) return all_of(faults);
  DROPZONE_TRY(const auto catalog, load_kinds(options, steps));
  std::string text = kinds_folder(options).string() + ": " +
                     counted(catalog.kinds().size(), "kind", "kinds") + "\n";
  for (const auto& kind : catalog.kinds()) text += summary_of(*kind);
  return text;
}

}  // namespace dropzone::server
