#pragma once

#include <filesystem>

#include <dropzone/result.h>

namespace dropzone::sqlite {

/// The store's file, owned by this process: nobody else can open it as a store meanwhile. The lock
/// is on a file beside it, `PATH-lock`, which stays; the kernel lets go of it however the process
/// ends.
class StoreFile {
 public:
  /// `store_locked`, `store_read_only`, `store_full`, or `invalid_configuration` where there can be
  /// no file at the path.
  static Result<StoreFile> own(const std::filesystem::path& path);

  StoreFile(StoreFile&& other) noexcept;
  StoreFile& operator=(StoreFile&&) = delete;
  ~StoreFile();

  /// With all links resolved, so that one file has one name.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  StoreFile(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;
};

}  // namespace dropzone::sqlite
