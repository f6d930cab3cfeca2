#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/config/environment.h>
#include <dropzone/result.h>

// What the commands `backup`, `restore` and `compact` have in common.
namespace dropzone::server {

/// The two files of `COMMAND FILE [OPTION VALUE]...`.
struct CopiedFile {
  std::filesystem::path named;  ///< FILE.
  std::filesystem::path store;  ///< The SQLite store that the options name.
  std::chrono::milliseconds max_snapshot_age;
};

/// `missing` says what to do if no file is named.
Result<CopiedFile> read_copied_file(std::string_view command, std::string_view missing,
                                    std::vector<std::string> arguments,
                                    const config::Environment& environment);

/// The store of `COMMAND [OPTION VALUE]...`, without a FILE.
Result<CopiedFile> read_stored_file(std::vector<std::string> arguments,
                                    const config::Environment& environment);

}  // namespace dropzone::server
