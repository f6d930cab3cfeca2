#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <string_view>
#include <utility>

#include <dropzone/call/call_options.h>
#include <dropzone/mutex.h>
#include <dropzone/result.h>

namespace dropzone {

/// Lets those who change one record go one after the other, so that each of them succeeds: without
/// it, those who lose against others begin again together and lose again. Records share turns by
/// chance. Thread-safe.
class Turns {
 public:
  /// A turn that is over with its scope.
  class Turn {
   public:
    Turn() = default;
    explicit Turn(Turns& turns, std::size_t slot) noexcept : turns_(&turns), slot_(slot) {}
    Turn(Turn&& other) noexcept
        : turns_(std::exchange(other.turns_, nullptr)), slot_(other.slot_) {}
    Turn& operator=(Turn&& other) noexcept {
      std::swap(turns_, other.turns_);
      std::swap(slot_, other.slot_);
      return *this;
    }
    ~Turn() {
      if (turns_) turns_->end(slot_);
    }
    [[nodiscard]] bool is_held() const noexcept { return turns_ != nullptr; }

   private:
    Turns* turns_ = nullptr;
    std::size_t slot_ = 0;
  };

  /// Waits for the turn to change the record. `deadline_exceeded` if the call is over before.
  Result<Turn> take(std::string_view kind, std::string_view id, const CallOptions& options);

 private:
  struct Slot {
    Mutex mutex;
    std::condition_variable_any ended;
    bool taken DROPZONE_GUARDED_BY(mutex) = false;
  };

  void end(std::size_t slot) noexcept;

  std::array<Slot, 64> slots_;
};

}  // namespace dropzone
