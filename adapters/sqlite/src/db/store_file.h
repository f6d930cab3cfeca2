#pragma once

#include <sys/types.h>
#include <filesystem>

#include <dropzone/result.h>

namespace dropzone::sqlite {

/// The store's file, owned by this process: nobody else can open it as a store meanwhile. The lock
/// is on a file next to it, `PATH-lock`, which stays; the kernel lets go of it however the process
/// ends.
class StoreFile {
 public:
  /// Locks the path, whether there is a file or not. `store_locked`, `store_read_only`,
  /// `store_full`, or `invalid_configuration` if there can be no file at the path.
  static Result<StoreFile> lock(const std::filesystem::path& path);

  /// lock(), and creates the file if it is missing. Ends a restoring that was interrupted, and
  /// takes away what rights others have on existing files. Besides:
  /// - `store_corrupt`: the file is missing or empty, and its log is not.
  /// - `invalid_configuration`: the file has a second name, under which another process might open
  ///   it, or others may read it and this process may not change that.
  static Result<StoreFile> own(const std::filesystem::path& path);

  StoreFile(StoreFile&& other) noexcept;
  StoreFile& operator=(StoreFile&&) = delete;
  ~StoreFile();

  /// With all links resolved, so that one file has one name.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path log_path() const { return path_.string() + "-wal"; }
  /// Whether nothing was written to it yet.
  [[nodiscard]] bool is_empty() const noexcept;
  /// Whether there is a log next to it that is not empty.
  [[nodiscard]] bool has_log() const noexcept;

  /// Takes the file and the log that are there now for those that check_in_place() looks for. Once
  /// SQLite has both open.
  void note_places();
  /// Whether both are still where they were: else somebody has replaced, moved or removed them, and
  /// what is written would be lost to the next start (`store_replaced`). Two calls of the system.
  [[nodiscard]] Result<void> check_in_place() const;

 private:
  struct FileId {
    dev_t device = 0;
    ino_t number = 0;
    bool operator==(const FileId&) const = default;
  };

  StoreFile(std::filesystem::path path, int lock);
  static FileId file_id(const std::filesystem::path& path);

  std::filesystem::path path_;
  std::filesystem::path log_;
  int lock_;
  FileId file_place_;
  FileId log_place_;
};

}  // namespace dropzone::sqlite
