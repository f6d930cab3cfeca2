#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <dropzone/call/memory_account.h>
#include "server/channel.h"

namespace dropzone::http {

/// Bytes on their way to a client, in order. Small texts are gathered in one buffer, large ones
/// kept as they are, so that nothing large is copied.
class OutputQueue {
 public:
  /// Whether a text of so many bytes is copied to others, not kept as it is.
  [[nodiscard]] static constexpr bool is_gathered(std::size_t bytes) noexcept {
    return bytes < kCopyBelow;
  }

  /// The buffer to append small text to, with room for so many bytes.
  [[nodiscard]] std::string& tail(std::size_t room = 0);

  /// Queues a text, by moving it if it is large.
  void append(std::string text);

  /// Keeps an account until all that is queued now has been written.
  void hold(std::shared_ptr<MemoryAccount> account);
  /// What those accounts hold.
  [[nodiscard]] std::size_t charged_bytes() const noexcept;

  /// Writes as much as the channel takes.
  Channel::Outcome write_to(Channel& channel);

  /// How many bytes wait.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

 private:
  static constexpr std::size_t kCopyBelow = 16 * 1024;

  void drop(std::size_t count);

  std::vector<std::string> texts_;
  std::size_t sent_ = 0;  // of the first text

  struct Hold {
    std::uint64_t until;
    std::shared_ptr<MemoryAccount> account;
  };
  std::vector<Hold> holds_;
  std::uint64_t written_ = 0;
};

}  // namespace dropzone::http
