#pragma once

#include <filesystem>
#include <string>

#include <dropzone/result.h>

namespace dropzone::files {

/// The bytes of a file that somebody wrote for the server, at most 16 MiB. The error's detail says
/// why it cannot be read.
Result<std::string> read_file(const std::filesystem::path& path);

/// The same of a file that holds secrets. One that others than its owner may read is a fault, and
/// so is one that somebody else than root or this process's user owns.
Result<std::string> read_private_file(const std::filesystem::path& path);

}  // namespace dropzone::files
