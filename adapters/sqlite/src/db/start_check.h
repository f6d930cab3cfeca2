#pragma once

#include <filesystem>

#include <dropzone/result.h>

namespace dropzone::sqlite {

/// Looks whether a file that was just opened is whole, in a time that does not grow with it:
/// whether it is as long as it says, and whether its tables can be read at their beginning, at
/// their end and at some places between that differ from start to start. A small file is read from
/// one end to the other. `store_corrupt` if it is damaged; damage elsewhere is found by whoever
/// reads it. Precondition: a connection of this process has it open, and no transaction.
Result<void> check_file(const std::filesystem::path& file);

}  // namespace dropzone::sqlite
