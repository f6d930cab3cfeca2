#include "message/text_room.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace dropzone::http {
namespace {

// How many bytes of the text's room are in memory, by the page.
std::size_t resident(const std::string& text) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto first = (reinterpret_cast<std::uintptr_t>(text.data()) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(text.data()) + text.capacity()) / page * page;
  std::vector<unsigned char> pages((end - first) / page);
  REQUIRE(::mincore(reinterpret_cast<void*>(first), end - first, pages.data()) == 0);
  const auto is_resident = [](unsigned char entry) { return (entry & 1) != 0; };
  return static_cast<std::size_t>(std::ranges::count_if(pages, is_resident)) * page;
}

// Linux before 5.14 cannot.
bool can_fault_in() {
  std::vector<char> memory(1 << 16);
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto first = reinterpret_cast<std::uintptr_t>(memory.data()) / page * page;
  return ::madvise(reinterpret_cast<void*>(first), page, MADV_POPULATE_WRITE) == 0;
}

TEST_CASE("a long text that is received in pieces has little more memory than it needs") {
  constexpr std::size_t kPiece = 60'000;
  constexpr std::size_t kAhead = std::size_t{256} << 10;
  const std::size_t whole = std::size_t{40} << 20;
  std::string text;
  std::string same;
  std::size_t times_ahead = 0;
  for (char letter = 'a'; text.size() < (std::size_t{3} << 20);
       letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
    const std::string piece(kPiece, letter);
    make_room(text, piece.size(), whole);
    fault_in(text, piece.size());
    text += piece;
    same += piece;
    if (text.capacity() < whole) continue;
    const std::size_t in_memory = resident(text);
    CHECK(in_memory <= text.size() + kAhead + 4096);
    if (in_memory > text.size() + 8192) ++times_ahead;
  }
  CHECK(text == same);
  CHECK((times_ahead > 20 || !can_fault_in()));
}

}  // namespace
}  // namespace dropzone::http
