#include "files/log_index.h"

#include <sqlite3.h>

#include <atomic>
#include <cstddef>

namespace dropzone::sqlite {
namespace {

constexpr int kIndexBytes = 32'768;  // Of its first part, which SQLite maps as one.
constexpr std::uint32_t kLayout = 3'007'000;

// 32-bit words of the head, in the machine's order.
constexpr std::size_t kLayoutWord = 0;
constexpr std::size_t kWrittenWord = 4;
constexpr std::size_t kMovedWord = 24;

std::uint32_t* head_of(sqlite3_file* file) {
  void volatile* memory = nullptr;
  if (file->pMethods->xShmMap(file, 0, kIndexBytes, 0, &memory) != SQLITE_OK) return nullptr;
  return static_cast<std::uint32_t*>(const_cast<void*>(memory));
}

std::atomic_ref<std::uint32_t> word(std::uint32_t* head, std::size_t number) {
  return std::atomic_ref<std::uint32_t>(head[number]);
}

}  // namespace

std::optional<LogPages> read_log_index(sqlite3_file* file) noexcept {
  std::uint32_t* const head = head_of(file);
  if (!head || word(head, kLayoutWord).load() != kLayout) return std::nullopt;
  // In this order: what is moved was written before.
  const std::int64_t moved = word(head, kMovedWord).load();
  return LogPages{.written = word(head, kWrittenWord).load(), .moved = moved};
}

void forget_what_was_moved(sqlite3_file* file) noexcept {
  std::uint32_t* const head = head_of(file);
  if (head && word(head, kLayoutWord).load() == kLayout) word(head, kMovedWord).store(0);
}

}  // namespace dropzone::sqlite
