#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include <dropzone/mutex.h>
#include <dropzone/result.h>

namespace dropzone::files {

/// A file to which whole lines are appended, by one process or by several at once. A line is in it
/// when append() returns, even if the process then crashes. Thread-safe.
class LineFile {
 public:
  /// Opens the file, or creates one that only its owner may write and its group may read.
  /// `invalid_configuration` if it cannot be written, or is not a regular file: a pipe could make
  /// its writers wait.
  static Result<std::unique_ptr<LineFile>> open(const std::filesystem::path& path);

  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// Appends a line, which includes its end. If only a part of it could be written, the next
  /// one begins a line of its own. `unavailable`, with the reason.
  Result<void> append(std::string_view line);

  /// Continues in the file that has the name now, after the old one was moved away. After a fault
  /// it continues in the old one.
  Result<void> reopen();

 private:
  LineFile(std::filesystem::path path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}

  bool write_all(std::string_view text) DROPZONE_REQUIRES(mutex_);

  const std::filesystem::path path_;
  const int descriptor_;
  Mutex mutex_;
  bool torn_ DROPZONE_GUARDED_BY(mutex_) = false;  ///< The last write was not a whole line.
};

}  // namespace dropzone::files
