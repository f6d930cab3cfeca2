#pragma once

#include <string>

#include <dropzone/result.h>

namespace dropzone::server {

/// A new password: from a terminal, asked for twice and not shown; else the first line of standard
/// input. Refuses one of fewer than 8 or more than 1,000 bytes, and two that differ.
Result<std::string> read_new_password();

}  // namespace dropzone::server
