#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include <dropzone/result.h>

namespace dropzone {

/// The bytes that all requests of a process may hold together. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit) noexcept : limit_(limit) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  /// Reserves bytes. False, and nothing taken, if they would go beyond the limit.
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

/// The error of a request for which there is no memory: `overloaded`.
[[nodiscard]] Error no_memory_left();

/// One request's share of a MemoryBudget: its body as received, unpacked and decoded, what
/// pipelines make of it, and its answer. The account's destructor releases it.
/// Thread-safe. The budget must outlive it.
class MemoryAccount {
 public:
  explicit MemoryAccount(MemoryBudget& budget) noexcept : budget_(budget) {}
  ~MemoryAccount() { budget_.give_back(held_); }
  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;

  /// Reserves more bytes. `overloaded`, and nothing held, if the budget has no room.
  Result<void> charge(std::size_t bytes);
  /// Releases bytes. Precondition: they were charged.
  void refund(std::size_t bytes) noexcept;

  [[nodiscard]] std::size_t held() const noexcept { return held_; }

 private:
  MemoryBudget& budget_;
  std::atomic<std::size_t> held_{0};
};

/// A part of an account that is released before the account ends.
/// Movable. Not thread-safe.
class MemoryHold {
 public:
  /// Without an account nothing is counted.
  explicit MemoryHold(std::shared_ptr<MemoryAccount> account = nullptr)
      : account_(std::move(account)) {}
  MemoryHold(MemoryHold&& other) noexcept
      : account_(std::move(other.account_)), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryHold& operator=(MemoryHold&& other) noexcept {
    std::swap(account_, other.account_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MemoryHold() {
    if (account_) account_->refund(bytes_);
  }

  /// Reserves more bytes, as MemoryAccount::charge() does.
  Result<void> grow(std::size_t bytes) {
    if (!account_) return {};
    auto charged = account_->charge(bytes);
    if (charged) bytes_ += bytes;
    return charged;
  }

 private:
  std::shared_ptr<MemoryAccount> account_;
  std::size_t bytes_ = 0;
};

}  // namespace dropzone
