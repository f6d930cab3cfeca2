#pragma once

#include <atomic>
#include <cstddef>

#include <dropzone/result.h>

namespace dropzone {

/// The bytes that all requests of a process may hold together. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit) noexcept : limit_(limit) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Takes so many bytes. False, and nothing taken, where they would go beyond the limit.
  [[nodiscard]] bool take(std::size_t bytes) noexcept;
  void give_back(std::size_t bytes) noexcept { used_ -= bytes; }

  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  /// How often there was no room.
  [[nodiscard]] std::size_t refused() const noexcept { return refused_; }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
  std::atomic<std::size_t> refused_{0};
};

/// What one request holds of a MemoryBudget: its body as received, unpacked and decoded, what
/// pipelines make of it, and its answer. All of it is given back when the account ends.
/// Thread-safe. The budget must outlive it.
class MemoryAccount {
 public:
  explicit MemoryAccount(MemoryBudget& budget) noexcept : budget_(budget) {}
  ~MemoryAccount() { budget_.give_back(held_); }
  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;

  /// Holds so many bytes more. `overloaded`, and nothing held, where the budget has no room.
  Result<void> charge(std::size_t bytes);
  /// Holds so many bytes fewer. Precondition: they were charged.
  void refund(std::size_t bytes) noexcept;

  [[nodiscard]] std::size_t held() const noexcept { return held_; }

 private:
  MemoryBudget& budget_;
  std::atomic<std::size_t> held_{0};
};

}  // namespace dropzone
