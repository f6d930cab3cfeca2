#pragma once

#include <filesystem>
#include <string>

#include <dropzone/result.h>

namespace dropzone::files {

/// The bytes of a file that an operator wrote for the server, at most 16 MiB. The error's detail
/// says why it cannot be read.
Result<std::string> read_file(const std::filesystem::path& path);

/// The same for a file with secrets. It is a fault if anybody but its owner may read it, and
/// if its owner is neither root nor this process's user.
Result<std::string> read_private_file(const std::filesystem::path& path);

}  // namespace dropzone::files
