#include "model_disk.h"

#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>

#include "real_calls.h"

namespace dropzone::model_disk {
namespace {

constexpr std::uint64_t kPieceSectors = 2'048;  // That are copied at a time: 1 MiB.

std::mutex& mutex() {
  static std::mutex instance;
  return instance;
}

void* map_file(const std::string& path, std::size_t bytes) {
  const int file = real_open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC);
  if (file < 0 || real_truncate(file, static_cast<off_t>(bytes)) != 0) std::abort();
  const long mapped =
      syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  real_close(file);
  if (mapped == -1) std::abort();
  return reinterpret_cast<void*>(mapped);
}

std::uint64_t size_of(int descriptor) {
  struct stat status {};
  return fstat(descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

std::uint64_t sectors_in(std::uint64_t bytes) { return (bytes + kSectorBytes - 1) / kSectorBytes; }

}  // namespace

/// Of all threads of all processes; the kernel lets go of it if a process is killed.
class ModelDisk::Lock {
 public:
  explicit Lock(ModelDisk& disk) : disk_(disk), guard_(mutex()) {
    while (flock(disk_.lock_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~Lock() { flock(disk_.lock_, LOCK_UN); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  ModelDisk& disk_;
  std::scoped_lock<std::mutex> guard_;
};

ModelDisk* ModelDisk::get() {
  static ModelDisk* const disk = []() -> ModelDisk* {
    const char* root = std::getenv("MODEL_DISK");
    if (root == nullptr) return nullptr;
    const std::string path = root;
    auto& state = *static_cast<State*>(map_file(path + "/state", sizeof(State)));
    const int lock = real_open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC);
    if (state.magic != kMagic || lock < 0) std::abort();
    return new ModelDisk(path, state, lock);
  }();
  return disk;
}

ModelDisk::ModelDisk(std::string root, State& state, int lock)
    : root_(std::move(root)),
      store_(root_ + "/store"),
      state_(state),
      faults_(state),
      lock_(lock) {}

std::optional<std::string> ModelDisk::name_of(const char* path) const {
  const std::size_t length = store_.size();
  if (path == nullptr || std::strncmp(path, store_.c_str(), length) != 0) return {};
  if (path[length] != '/' || std::strchr(path + length + 1, '/') != nullptr) return {};
  return std::string(path + length + 1);
}

std::string ModelDisk::shadow_of(std::size_t number) const {
  return root_ + "/disk/" + std::to_string(number);
}

std::optional<std::size_t> ModelDisk::find(const std::string& name) const {
  for (std::size_t i = 0; i < state_.slots.size(); ++i) {
    if (name == state_.slots[i].name.data()) return i;
  }
  return {};
}

bool ModelDisk::is_current(const Handle& handle) const {
  return handle.generation == state_.slots[handle.slot].generation;
}

std::size_t ModelDisk::make(const std::string& name) {
  const auto is_free = [](const Slot& slot) {
    return slot.name.front() == '\0' && slot.disk_name.front() == '\0';
  };
  auto slot = std::ranges::find_if(state_.slots, is_free);
  if (slot == state_.slots.end()) {
    keep_names();
    slot = std::ranges::find_if(state_.slots, is_free);
  }
  // The model is too small.
  if (slot == state_.slots.end() || name.size() >= slot->name.size()) std::abort();
  slot->truncated_to = kNotTruncated;
  slot->first_dirty = kMaxSectors;
  std::memcpy(slot->name.data(), name.c_str(), name.size() + 1);
  return static_cast<std::size_t>(slot - state_.slots.begin());
}

// What the disk has of a file that the model sees for the first time is all of it.
void ModelDisk::load(std::size_t number, int descriptor) {
  Slot& slot = state_.slots[number];
  slot.disk_name = slot.name;
  if (sort_of(slot.name.data()) == Sort::index) return;
  mark(number, 0, size_of(descriptor));
  write_back(number, descriptor, 0, slot.end_dirty);
  slot.first_dirty = kMaxSectors;
  slot.end_dirty = 0;
}

// Of a file that nobody has opened yet: so no lock on it is lost.
void ModelDisk::know(const std::string& name) {
  if (find(name)) return;
  const int file = real_open((store_ + '/' + name).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  load(make(name), file);
  real_close(file);
}

Handle ModelDisk::opened(const std::string& name, int descriptor, bool was_there) {
  const Lock lock(*this);
  if (const auto stale = find(name); stale && !was_there) {  // Somebody removed it past the model.
    remove_name(*stale);
  }
  const auto known = find(name);
  const std::size_t number = known ? *known : make(name);
  Slot& slot = state_.slots[number];
  if (!known && was_there) load(number, descriptor);
  // An unreported failure goes to whoever opens the file next.
  const bool is_owed = slot.failures > 0 && slot.failure_is_told == 0;
  return {number, slot.generation, sort_of(name), is_owed ? slot.failures - 1 : slot.failures};
}

Sector* ModelDisk::sectors_of(std::size_t slot) {
  Sector*& sectors = sectors_[slot];
  if (sectors == nullptr) {
    const std::string path = root_ + "/dirty/" + std::to_string(slot);
    sectors = static_cast<Sector*>(map_file(path, kMaxSectors));
  }
  return sectors;
}

void ModelDisk::mark(std::size_t number, std::uint64_t offset, std::uint64_t bytes) {
  if (bytes == 0) return;
  const std::uint64_t first = offset / kSectorBytes;
  const std::uint64_t end = sectors_in(offset + bytes);
  if (end > kMaxSectors) std::abort();  // The model is too small.
  std::fill(sectors_of(number) + first, sectors_of(number) + end, Sector::dirty);
  Slot& slot = state_.slots[number];
  slot.first_dirty = std::min(slot.first_dirty, first);
  slot.end_dirty = std::max(slot.end_dirty, end);
  slot.end_marked = std::max(slot.end_marked, end);
}

// Nothing of the file from here on is to be written any more.
void ModelDisk::clear(std::size_t number, std::uint64_t first_sector) {
  Sector* const sectors = sectors_of(number);
  Slot& slot = state_.slots[number];
  if (first_sector < slot.end_marked) {
    std::fill(sectors + first_sector, sectors + slot.end_marked, Sector::clean);
  }
  slot.end_dirty = std::min(slot.end_dirty, first_sector);
}

ssize_t ModelDisk::write(const Handle& handle, int descriptor, std::uint64_t offset,
                         std::size_t bytes, const std::function<ssize_t()>& change) {
  const Lock lock(*this);
  if (!is_current(handle)) return change();  // The file is gone, on the disk as well.
  evict_forgotten(handle.slot, descriptor);
  mark(handle.slot, offset, bytes);  // First: a kill in between must not leave it clean.
  const ssize_t written = change();
  if (written > 0 && faults_.happens(state_.write_back_chance)) {
    write_back(handle.slot, descriptor, offset / kSectorBytes, sectors_in(offset + bytes));
  }
  return written;
}

int ModelDisk::truncate(const Handle& handle, std::uint64_t size,
                        const std::function<int()>& change) {
  const Lock lock(*this);
  const int changed = change();
  if (changed != 0 || !is_current(handle)) return changed;
  Slot& slot = state_.slots[handle.slot];
  slot.truncated_to = std::min(slot.truncated_to, size);
  clear(handle.slot, sectors_in(size));
  return 0;
}

// Brings dirty sectors of the range to the disk, and what has to be there before them.
void ModelDisk::write_back(std::size_t number, int descriptor, std::uint64_t first,
                           std::uint64_t end) {
  Slot& slot = state_.slots[number];
  const int shadow = real_open(shadow_of(number).c_str(), O_RDWR | O_CREAT | O_CLOEXEC);
  if (shadow < 0) std::abort();
  if (const auto cut = std::exchange(slot.truncated_to, kNotTruncated); cut < size_of(shadow)) {
    real_truncate(shadow, static_cast<off_t>(cut));
  }
  Sector* const sectors = sectors_of(number);
  std::string piece;
  for (std::uint64_t at = first; at < end;) {
    if (sectors[at] != Sector::dirty) {
      ++at;
      continue;
    }
    std::uint64_t behind = at;
    while (behind < end && sectors[behind] == Sector::dirty && behind - at < kPieceSectors) {
      ++behind;
    }
    piece.resize((behind - at) * kSectorBytes);
    const auto offset = static_cast<off_t>(at * kSectorBytes);
    const ssize_t count = real_read(descriptor, piece.data(), piece.size(), offset);
    if (count > 0) real_write(shadow, piece.data(), static_cast<std::size_t>(count), offset);
    std::fill(sectors + at, sectors + behind, Sector::clean);
    at = behind;
  }
  real_close(shadow);
}

void ModelDisk::forget_dirty(std::size_t number, int descriptor) {
  Slot& slot = state_.slots[number];
  Sector* const sectors = sectors_of(number);
  for (std::uint64_t at = slot.first_dirty; at < slot.end_dirty; ++at) {
    if (sectors[at] != Sector::dirty) continue;
    if (faults_.happens(state_.half_sync_chance)) {
      write_back(number, descriptor, at, at + 1);
    } else {
      sectors[at] = Sector::forgotten;
      state_.forgotten.fetch_add(1);
    }
  }
  slot.first_dirty = kMaxSectors;
  slot.end_dirty = 0;
}

// What a failed sync has dropped is clean: the cache may give it up, and read the disk again.
void ModelDisk::evict_forgotten(std::size_t number, int descriptor) {
  Slot& slot = state_.slots[number];
  if (slot.evict.exchange(0) == 0 || slot.failures == 0) return;
  const int shadow = real_open(shadow_of(number).c_str(), O_RDWR | O_CREAT | O_CLOEXEC);
  Sector* const sectors = sectors_of(number);
  const std::uint64_t end = sectors_in(size_of(descriptor));
  for (std::uint64_t at = 0; at < end; ++at) {
    if (sectors[at] != Sector::forgotten) continue;
    std::array<char, kSectorBytes> bytes{};
    const auto offset = static_cast<off_t>(at * kSectorBytes);
    real_read(shadow, bytes.data(), bytes.size(), offset);
    real_write(descriptor, bytes.data(), bytes.size(), offset);
    sectors[at] = Sector::clean;
  }
  real_close(shadow);
}

int ModelDisk::sync(Handle& handle, int descriptor) {
  const Lock lock(*this);
  if (!is_current(handle)) return 0;
  const std::size_t number = handle.slot;
  evict_forgotten(number, descriptor);
  Slot& slot = state_.slots[number];
  write_back(number, descriptor, slot.first_dirty, slot.end_dirty);
  const int shadow = real_open(shadow_of(number).c_str(), O_RDWR | O_CLOEXEC);
  real_truncate(shadow, static_cast<off_t>(size_of(descriptor)));
  real_close(shadow);
  slot.first_dirty = kMaxSectors;
  slot.end_dirty = 0;
  if (handle.failures_seen == slot.failures) return 0;
  handle.failures_seen = slot.failures;
  slot.failure_is_told = 1;
  return EIO;
}

void ModelDisk::fail_sync(Handle& handle, int descriptor) {
  const Lock lock(*this);
  if (!is_current(handle)) return;
  Slot& slot = state_.slots[handle.slot];
  forget_dirty(handle.slot, descriptor);
  handle.failures_seen = ++slot.failures;
  slot.failure_is_told = 1;
}

void ModelDisk::free_slot(std::size_t number) {
  real_unlink(shadow_of(number).c_str());
  clear(number, 0);
  Slot& slot = state_.slots[number];
  slot.name = {};
  slot.disk_name = {};
  ++slot.generation;
  slot.failures = 0;
  slot.failure_is_told = 0;
  slot.evict = 0;
  slot.end_marked = 0;
}

void ModelDisk::keep_names() {
  for (std::size_t i = 0; i < state_.slots.size(); ++i) {
    Slot& slot = state_.slots[i];
    if (slot.name.front() != '\0') {
      slot.disk_name = slot.name;
    } else if (slot.disk_name.front() != '\0') {
      free_slot(i);
    }
  }
}

void ModelDisk::sync_folder() {
  const Lock lock(*this);
  keep_names();
}

int ModelDisk::unlink(const std::string& name, const std::function<int()>& change) {
  const Lock lock(*this);
  know(name);
  const int changed = change();
  const auto removed = find(name);
  if (changed == 0 && removed) remove_name(*removed);
  return changed;
}

int ModelDisk::rename(const std::string& from, const std::string& to,
                      const std::function<int()>& change) {
  const Lock lock(*this);
  know(from);
  know(to);
  const int changed = change();
  if (changed != 0) return changed;
  if (const auto replaced = find(to)) remove_name(*replaced);
  if (const auto moved = find(from)) {
    std::memcpy(state_.slots[*moved].name.data(), to.c_str(), to.size() + 1);
  }
  return 0;
}

// On the disk the file keeps it until the folder is synced.
void ModelDisk::remove_name(std::size_t number) {
  state_.slots[number].name = {};
  if (state_.slots[number].disk_name.front() == '\0') free_slot(number);
}

}  // namespace dropzone::model_disk
