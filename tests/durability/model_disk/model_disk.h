#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "faults.h"
#include "state.h"

namespace dropzone::model_disk {

/// A descriptor of a file in the folder.
struct Handle {
  std::size_t slot = 0;
  std::uint32_t generation = 0;
  Sort sort = Sort::other;
  std::uint32_t failures_seen = 0;
};

/// A disk with the rules that Linux has, between a process and the files of one folder. The files
/// themselves are the page cache: all processes see them, and may map them. What would survive a
/// power cut is in files of a second folder; a sync brings it up to date.
///
/// - A sync that fails forgets what was to be written: it is clean then, and not on the disk. It is
///   reported once to each descriptor that was open, by the next sync.
/// - What is not synced may be on the disk or not, each sector by itself.
/// - A new file, a removed one and another name are on the disk once the folder was synced. To sync
///   the file is not enough, though many file systems are kinder.
///
/// Shared by all processes that have the library preloaded: what was not synced outlives them, as
/// the page cache does. Thread-safe.
class ModelDisk {
 public:
  /// Null if MODEL_DISK does not name the folder of a disk.
  static ModelDisk* get();

  /// The name of a file in the folder, of an absolute path; nothing for every other path.
  [[nodiscard]] std::optional<std::string> name_of(const char* path) const;
  [[nodiscard]] Faults& faults() { return faults_; }
  [[nodiscard]] bool is_folder(const char* path) const { return store_ == path; }

  Handle opened(const std::string& name, int descriptor, bool was_there);
  /// Precondition: `change` is the call that writes so many bytes there.
  ssize_t write(const Handle& handle, int descriptor, std::uint64_t offset, std::size_t bytes,
                const std::function<ssize_t()>& change);
  int truncate(const Handle& handle, std::uint64_t size, const std::function<int()>& change);
  /// 0, or an errno.
  int sync(Handle& handle, int descriptor);
  /// A sync that fails.
  void fail_sync(Handle& handle, int descriptor);
  void sync_folder();
  int unlink(const std::string& name, const std::function<int()>& change);
  int rename(const std::string& from, const std::string& to, const std::function<int()>& change);

 private:
  // A file is read and written through the descriptor at hand alone: where another one of the
  // process is closed, the kernel lets go of SQLite's locks.

  explicit ModelDisk(std::string root, State& state, int lock);

  class Lock;

  std::optional<std::size_t> find(const std::string& name) const;
  std::size_t make(const std::string& name);
  void load(std::size_t slot, int descriptor);
  void know(const std::string& name);
  [[nodiscard]] bool is_current(const Handle& handle) const;
  Sector* sectors_of(std::size_t slot);
  void mark(std::size_t slot, std::uint64_t offset, std::uint64_t bytes);
  void write_back(std::size_t slot, int descriptor, std::uint64_t first, std::uint64_t end);
  void forget_dirty(std::size_t slot, int descriptor);
  void evict_forgotten(std::size_t slot, int descriptor);
  void free_slot(std::size_t slot);
  void keep_names();
  void remove_name(std::size_t slot);
  void clear(std::size_t slot, std::uint64_t first_sector);
  [[nodiscard]] std::string shadow_of(std::size_t slot) const;

  const std::string root_;
  const std::string store_;
  State& state_;
  Faults faults_;
  const int lock_;
  std::array<Sector*, 48> sectors_{};
};

}  // namespace dropzone::model_disk
