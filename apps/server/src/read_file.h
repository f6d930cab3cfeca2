#pragma once

#include <filesystem>
#include <string>

#include <dropzone/result.h>

namespace dropzone::server {

/// The bytes of a file that somebody wrote for the server, at most 16 MiB. The error's detail says
/// why it cannot be read.
Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace dropzone::server
