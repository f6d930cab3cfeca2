#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace dropzone::model_disk {

// What the preloaded library and the program that drives it share: the file `state` in the disk's
// folder, mapped by both. rig/disk.py reads and writes the same layout: change both.

inline constexpr std::uint32_t kMagic = 0x4d444b31;
inline constexpr std::size_t kSectorBytes = 512;
inline constexpr std::uint64_t kNotTruncated = ~std::uint64_t{0};
/// A file may have so many sectors: 8 GiB.
inline constexpr std::size_t kMaxSectors = std::size_t{16} << 20;

/// The calls that faults can be ordered for; each is a bit of Rule::calls.
enum class Call : std::uint32_t {
  open,
  read,
  write,
  sync,
  truncate,
  allocate,
  unlink,
  rename,
  link,
  map,
  sync_folder,
  count,
};

/// The files of a store, by what their names end with; each is a bit of Rule::files.
enum class Sort : std::uint32_t { database, log, index, journal, other, count };

enum class Action : std::uint32_t {
  fail,        ///< The call does nothing and fails with Rule::error.
  write_half,  ///< Half of the bytes are written, and the call says so.
  cut_power,   ///< The disk is off before the call has done anything.
};

/// A fault that was ordered. The driver fills it in and sets `active` last; the library counts.
struct Rule {
  std::atomic<std::uint32_t> active;
  std::uint32_t calls;
  std::uint32_t files;
  Action action;
  std::int32_t error;
  std::uint32_t chance;              ///< Of 65,536 calls so many fail.
  std::atomic<std::uint32_t> skip;   ///< So many matching calls go well first.
  std::atomic<std::uint32_t> times;  ///< So many are to fail.
  std::atomic<std::uint32_t> hits;   ///< So many have failed.
};

/// What `dirty/NUMBER` has for each sector of a file. Of a forgotten one the disk has something
/// older, and nobody will write it again.
enum class Sector : std::uint8_t { clean, dirty, forgotten };

/// A file, as the disk knows it, under whatever name: an inode. `disk/NUMBER` has what would
/// survive a power cut. Guarded by the lock.
struct Slot {
  std::array<char, 104> name;       ///< In the folder now; empty if it was removed.
  std::array<char, 104> disk_name;  ///< As of the folder's last sync; both are empty: free.
  std::uint32_t generation;         ///< How many files it has stood for.
  std::uint32_t failures;           ///< Of syncs: Linux's errseq_t.
  std::uint32_t failure_is_told;    ///< The last of them, to one descriptor at least.
  /// 1: with its next write or sync the cache loses what was forgotten, and shows the disk's.
  std::atomic<std::uint32_t> evict;
  std::uint64_t truncated_to;  ///< The smallest size since the last sync, or kNotTruncated.
  std::uint64_t first_dirty;   ///< No sector before it is dirty,
  std::uint64_t end_dirty;     ///< and none from here on.
  std::uint64_t end_marked;    ///< All from here on have always been clean.
};

struct State {
  std::uint32_t magic;
  std::atomic<std::uint32_t> is_on;  ///< Where it is 0, calls that change a file never return.
  std::uint64_t seed;
  std::atomic<std::uint64_t> draws;
  /// Of 65,536 writes so many reach the disk by themselves.
  std::atomic<std::uint32_t> write_back_chance;
  /// Of 65,536 dirty sectors so many reach the disk in a sync that fails.
  std::atomic<std::uint32_t> half_sync_chance;
  std::array<std::atomic<std::uint32_t>, 5> write_micros;  ///< That a write takes, by Sort.
  std::array<std::atomic<std::uint32_t>, 5> sync_micros;
  /// How often each was called, by Call and Sort.
  std::array<std::array<std::atomic<std::uint32_t>, 5>, 11> calls;
  std::atomic<std::uint32_t> forgotten;  ///< Sectors that syncs which failed have dropped.
  std::array<Rule, 16> rules;
  std::array<Slot, 48> slots;
};

static_assert(sizeof(Rule) == 36 && sizeof(Slot) == 256 && sizeof(State) == 13160);

}  // namespace dropzone::model_disk
