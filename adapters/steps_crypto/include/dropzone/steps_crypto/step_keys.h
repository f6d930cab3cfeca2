#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <dropzone/result.h>

namespace dropzone {

/// Secrets that steps use, by the names that definitions give them. No definition, answer, error or
/// log has a secret in it.
using StepKeys = std::map<std::string, std::string, std::less<>>;

/// Reads a file of lines `NAME = SECRET`, which its owner alone may read. Blank lines and those
/// that begin with # are passed over, and so are blanks around names and secrets. A name has
/// letters, digits, `_`, `-` and `.`; a secret has 16 bytes or more. Errors are
/// `invalid_configuration` or those of read_private_file(), and name the line.
Result<StepKeys> read_step_keys(const std::filesystem::path& file);

}  // namespace dropzone
