#pragma once

#include <string>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

// The commands of `dropzone-server`. Each is given the arguments after its name, and returns what
// to print; with --help, its usage. Long work shows its progress on standard error.
namespace dropzone::server {

/// `backup FILE [OPTION VALUE]...`: copies the SQLite file that the options name, while a server
/// uses it.
Result<std::string> run_backup_command(std::vector<std::string> arguments,
                                       const config::Environment& environment);

/// `check [OPTION VALUE]...`: looks at the options and at all kind files as a start would, without
/// a store and without a port. The error has a line for each fault.
Result<std::string> run_check_command(std::vector<std::string> arguments,
                                      const config::Environment& environment);

/// `compact [OPTION VALUE]...`: rewrites the SQLite file that the options name, without deleted
/// data. No server may be using it.
Result<std::string> run_compact_command(std::vector<std::string> arguments,
                                        const config::Environment& environment);

struct CopyOutcome {
  std::string report;  ///< To be printed.
  bool same = false;   ///< Whether both stores now have the same records.
};

/// `copy --from URL --to URL [OPTION VALUE]...`: copies the records of one store into another and
/// compares the two.
Result<CopyOutcome> run_copy_command(std::vector<std::string> arguments,
                                     const config::Environment& environment);

/// `restore FILE [OPTION VALUE]...`: replaces the SQLite file that the options name by a copy of a
/// backup, and keeps the old file next to it. No server may be using it.
Result<std::string> run_restore_command(std::vector<std::string> arguments,
                                        const config::Environment& environment);

/// `user add|passwd|remove|list`: changes a users file, which a running server reads again on
/// SIGHUP. Passwords come from the terminal or from standard input.
Result<std::string> run_user_command(std::vector<std::string> arguments,
                                     const config::Environment& environment);

}  // namespace dropzone::server
