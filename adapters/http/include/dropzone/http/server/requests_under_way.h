#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace dropzone::http {

/// The requests in progress, in a table of fixed size that a signal handler can read:
/// so a crash report can name those that may have caused it. Thread-safe; nothing here locks,
/// allocates or waits, but for the constructor. A request that finds no place is only counted.
class RequestsUnderWay {
 public:
  struct Name {
    std::string_view id;
    std::string_view method;
    std::string_view route;
    std::string_view address;
  };

  /// What is kept of a request; long texts are cut.
  struct Seen {
    std::string_view id;
    std::string_view method;
    std::string_view route;
    std::string_view address;
    std::string_view principal;  ///< Empty until authenticated.
    std::chrono::nanoseconds age{};
    int thread = 0;  ///< The kernel's id of the thread that has had it last.
  };

  class Entry;

  static constexpr std::size_t kSlots = 1'024;

  RequestsUnderWay();
  ~RequestsUnderWay();
  RequestsUnderWay(const RequestsUnderWay&) = delete;
  RequestsUnderWay& operator=(const RequestsUnderWay&) = delete;

  /// Enters a request, for as long as the entry lives, which must end before the table.
  [[nodiscard]] Entry enter(const Name& name) noexcept;

  /// Calls `visit` with each request that is there. Safe in a signal handler if `visit` is. What
  /// is entered or leaves meanwhile may be among them or not.
  template <typename Visit>
  void for_each(Visit visit) const noexcept;

  /// The number of requests in progress that found no place.
  [[nodiscard]] std::size_t without_place() const noexcept { return without_place_.load(); }

  /// The calling thread's id as the kernel has it, as in Seen.
  [[nodiscard]] static int this_thread() noexcept;

 private:
  struct Slot;

  [[nodiscard]] const Slot& slot(std::size_t index) const noexcept;
  /// What stands in a slot, the texts in `memory`; false if nothing whole does.
  static bool read(const Slot& slot, std::array<char, 512>& memory, Seen& seen) noexcept;

  std::unique_ptr<Slot[]> slots_;
  std::atomic<std::size_t> without_place_ = 0;
};

/// The place of one request. Move-only; one that is empty does nothing.
class RequestsUnderWay::Entry {
 public:
  Entry() = default;
  Entry(Entry&& other) noexcept
      : table_(std::exchange(other.table_, nullptr)), slot_(std::exchange(other.slot_, nullptr)) {}
  Entry& operator=(Entry&& other) noexcept;
  ~Entry() { leave(); }

  /// Sets the request's principal.
  void set_principal(std::string_view name) noexcept;
  /// Records that this thread works on it now.
  void is_here() noexcept;

 private:
  friend class RequestsUnderWay;
  Entry(RequestsUnderWay& table, Slot* slot) noexcept : table_(&table), slot_(slot) {}
  void leave() noexcept;

  RequestsUnderWay* table_ = nullptr;
  Slot* slot_ = nullptr;  // Null: there was none left.
};

template <typename Visit>
void RequestsUnderWay::for_each(Visit visit) const noexcept {
  for (std::size_t i = 0; i < kSlots; ++i) {
    std::array<char, 512> memory;
    Seen seen;
    if (read(slot(i), memory, seen)) visit(seen);
  }
}

}  // namespace dropzone::http
