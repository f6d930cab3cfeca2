#pragma once

#include <filesystem>
#include <span>

#include <dropzone/result.h>

namespace dropzone::sqlite {

/// A way to give a file a name that nobody has: 0, or what errno says. EEXIST if somebody has
/// it.
using TakeName = int (*)(const char* from, const char* to);

/// The ways that file systems have, best first.
[[nodiscard]] std::span<const TakeName> ways_to_take_a_name();

/// A file that is being written next to its final name, as `NAME.part`, and vanishes unless it gets
/// it. It is locked meanwhile. What another process left there when it was killed is overwritten.
class PartialFile {
 public:
  explicit PartialFile(std::filesystem::path target);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  /// Empty, for its owner's eyes alone. `invalid_configuration` if it cannot be made, or if
  /// another process is writing it.
  Result<void> make();

  /// Brings it to the disk under its final name, which nobody may have by then.
  Result<void> finish(std::span<const TakeName> ways = ways_to_take_a_name());

 private:
  void remove() noexcept;

  const std::filesystem::path target_;
  std::filesystem::path path_;
  int file_ = -1;  ///< Holds the lock.
  bool has_final_name_ = false;
};

/// Brings a file, or with O_DIRECTORY a folder's names, to the disk.
Result<void> flush_to_disk(const std::filesystem::path& path, int flags);

}  // namespace dropzone::sqlite
