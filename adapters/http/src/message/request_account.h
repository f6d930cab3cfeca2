#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include <dropzone/call/memory_account.h>

namespace dropzone::http {

/// What a streamed answer holds while it is sent, in bytes: pieces that wait, one that is read, the
/// same compressed, and zlib's own.
inline constexpr std::size_t kStreamMemory = std::size_t{1} << 20;

/// An account that keeps its budget alive: requests and answers may outlive their server.
[[nodiscard]] inline std::shared_ptr<MemoryAccount> account_of(
    const std::shared_ptr<MemoryBudget>& budget) {
  struct Kept {
    explicit Kept(std::shared_ptr<MemoryBudget> kept) : budget(std::move(kept)), account(*budget) {}
    std::shared_ptr<MemoryBudget> budget;
    MemoryAccount account;
  };
  auto kept = std::make_shared<Kept>(budget);
  return {kept, &kept->account};
}

}  // namespace dropzone::http
