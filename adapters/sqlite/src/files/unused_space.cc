#include "files/unused_space.h"

namespace dropzone::sqlite {
namespace {

constexpr std::size_t kFileHead = 100;  // On the first page.
constexpr std::size_t kLeastPage = 512;
constexpr std::int64_t kPendingByte = 0x4000'0000;
constexpr std::size_t kMapEntry = 5;

std::size_t two_bytes(std::span<const unsigned char> page, std::size_t at) {
  return static_cast<std::size_t>(page[at]) << 8 | page[at + 1];
}

// Where a file with a pointer map has its pages. They begin as a b-tree's page may.
bool may_be_pointer_map(std::int64_t number, std::size_t page_bytes) {
  const auto apart = static_cast<std::int64_t>(page_bytes / kMapEntry) + 1;
  const std::int64_t pending = kPendingByte / static_cast<std::int64_t>(page_bytes) + 1;
  const std::int64_t place = number == pending + 1 ? pending : number;
  return (number - 2) % apart == 0 || (place - 2) % apart == 0;
}

// 0 if it is not a page of a b-tree.
std::size_t head_bytes(unsigned char type) {
  switch (type) {
    case 2:
    case 5: return 12;
    case 10:
    case 13: return 8;
    default: return 0;
  }
}

}  // namespace

std::optional<UnusedSpace> unused_space(std::span<const unsigned char> page, std::int64_t number) {
  const std::size_t size = page.size();
  if (size < kLeastPage || may_be_pointer_map(number, size)) return std::nullopt;
  const std::size_t head = number == 1 ? kFileHead : 0;
  const std::size_t bytes = head_bytes(page[head]);
  if (bytes == 0) return std::nullopt;
  const std::size_t cells = two_bytes(page, head + 3);
  const std::size_t content = two_bytes(page, head + 5);
  const UnusedSpace unused{head + bytes + 2 * cells, content == 0 ? 65'536 : content};
  if (unused.begin > unused.end || unused.end > size) return std::nullopt;
  for (std::size_t at = head + bytes; at < unused.begin; at += 2) {
    const std::size_t cell = two_bytes(page, at);
    if (cell < unused.end || cell >= size) return std::nullopt;
  }
  return unused;
}

}  // namespace dropzone::sqlite
