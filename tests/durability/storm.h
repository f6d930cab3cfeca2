#pragma once

#include <filesystem>

namespace dropzone::durability {

/// Writes to the SQLite store in this file from many threads, until it is killed, and prints each
/// promise that it gets to the descriptor, a line each (see Ledger). `round` makes its ids new.
/// Where the disk fails, stores may fail for it.
void run_storm(const std::filesystem::path& path, int round, int descriptor, bool disk_fails);

}  // namespace dropzone::durability
