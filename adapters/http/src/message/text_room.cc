#include "message/text_room.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace dropzone::http {
namespace {

constexpr std::size_t kStep = std::size_t{256} << 10;

std::size_t in_steps(std::size_t bytes) { return (bytes + kStep - 1) / kStep * kStep; }

}  // namespace

void fault_in(std::string& text, std::size_t more) noexcept {
  const std::size_t begin = in_steps(text.size());
  const std::size_t end = std::min(in_steps(text.size() + more), text.capacity());
  if (text.size() < 2 * kStep || begin >= end) return;
  static const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  char* const first = text.data() + begin;
  const std::size_t into_page = reinterpret_cast<std::uintptr_t>(first) % page;
  // Linux before 5.14 refuses: then each page comes by a fault, as without this.
  (void)::madvise(first - into_page, end - begin + into_page, MADV_POPULATE_WRITE);
}

}  // namespace dropzone::http
