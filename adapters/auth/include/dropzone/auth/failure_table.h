#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace dropzone::auth {

/// Counts failures by name, in bounded memory. When it is full, the entry with the fewest is
/// dropped, the oldest first: junk displaces junk. Not thread-safe.
class FailureTable {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Entry {
    std::size_t count = 0;
    Time until;  ///< There is a wait until then.
    Time last;   ///< When something happened here.
    /// Guesses that are counted already, and not yet judged.
    std::vector<std::uint64_t> open = {};
  };

  /// Entries without failures for `quiet` no longer count.
  FailureTable(std::size_t most, std::chrono::seconds quiet) : most_(most), quiet_(quiet) {}

  /// Null if there is none. Valid until the next make().
  Entry* find(const std::string& name, Time now);

  /// Finds it, or makes one.
  Entry& make(const std::string& name, Time now);

 private:
  void make_room(Time now);
  [[nodiscard]] bool is_quiet(const Entry& entry, Time now) const;

  const std::size_t most_;
  const std::chrono::seconds quiet_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace dropzone::auth
