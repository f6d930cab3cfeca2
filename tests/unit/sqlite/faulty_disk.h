#pragma once

#include <functional>

namespace dropzone::sqlite {

/// While it lives, files that SQLite opens as databases, and their logs, are read, written and
/// synced through it. At most one at a time, made before the files are opened and gone after they
/// are closed. The functions are called in the thread that reads, writes or syncs, and return
/// SQLite's code of a failure, or 0 to go on; they are to be set before the files are opened.
class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  /// Before the database or its log is read.
  std::function<int()> before_read = [] { return 0; };
  std::function<int()> before_write = [] { return 0; };
  std::function<int()> before_sync = [] { return 0; };
  std::function<int()> before_log_write = [] { return 0; };
  std::function<int()> before_log_sync = [] { return 0; };
};

}  // namespace dropzone::sqlite
