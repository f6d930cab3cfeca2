#pragma once

#include <string>

#include <dropzone/result.h>

namespace dropzone::process {

/// A new password: from a terminal, asked for twice and not shown; else the first line of standard
/// input. Refuses one of fewer than 8 or more than 1,000 bytes, and two that differ. An error's
/// detail says what is wrong with it.
Result<std::string> read_new_password();

}  // namespace dropzone::process
