#pragma once

#include <cstddef>
#include <optional>

#include <dropzone/call/memory_account.h>
#include <dropzone/error.h>

namespace dropzone {

/// Charges an account for memory that comes in small pieces: adds them up, and charges the account
/// each time they reach a certain sum. Not thread-safe.
class MemoryMeter {
 public:
  /// The account must outlive it. Without one nothing is ever refused.
  explicit MemoryMeter(MemoryAccount* account = nullptr) noexcept : account_(account) {}

  /// Adds bytes. False if the account has no room: see fault(). All further ones are
  /// refused then.
  [[nodiscard]] bool add(std::size_t bytes) {
    pending_ += bytes;
    return pending_ < kBytesBetweenCharges ? !fault_ : settle();
  }
  /// Subtracts bytes. Precondition: they were added.
  void remove(std::size_t bytes) noexcept;
  /// Charges what was added and not charged yet. Call it at the end.
  bool settle();
  /// Releases all that it charged.
  void give_back() noexcept;

  /// Why there is no room.
  [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

 private:
  static constexpr std::size_t kBytesBetweenCharges = std::size_t{64} << 10;

  MemoryAccount* account_;
  std::size_t pending_ = 0;
  std::size_t charged_ = 0;
  std::optional<Error> fault_;
};

}  // namespace dropzone
