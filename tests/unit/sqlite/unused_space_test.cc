#include "files/unused_space.h"

#include <array>
#include <catch2/catch.hpp>

namespace dropzone::sqlite {
namespace {

using Page = std::array<unsigned char, 4'096>;

// A leaf with cells that begin at these places.
Page leaf(std::initializer_list<std::size_t> cells, std::size_t content, std::size_t head = 0) {
  Page page{};
  const auto put = [&](std::size_t at, std::size_t value) {
    page[at] = static_cast<unsigned char>(value >> 8);
    page[at + 1] = static_cast<unsigned char>(value);
  };
  page[head] = 13;
  put(head + 3, cells.size());
  put(head + 5, content);
  std::size_t at = head + 8;
  for (const std::size_t cell : cells) {
    put(at, cell);
    at += 2;
  }
  return page;
}

TEST_CASE("unused space of a page is what lies between its cells and the pointers to them") {
  const auto unused = unused_space(leaf({4'000, 3'900}, 3'900), 3);
  REQUIRE(unused);
  CHECK(unused->begin == 12);
  CHECK(unused->end == 3'900);
  const auto first = unused_space(leaf({4'000}, 4'000, 100), 1);
  REQUIRE(first);
  CHECK(first->begin == 110);
  CHECK(first->end == 4'000);
  const auto empty = unused_space(leaf({}, 4'096), 3);
  REQUIRE(empty);
  CHECK(empty->end == 4'096);
}

TEST_CASE("pages that are no b-tree's, or not sound, have no unused space that is known") {
  CHECK_FALSE(unused_space(Page{}, 3));                       // Free, or overflow.
  CHECK_FALSE(unused_space(leaf({4'000, 3'000}, 3'900), 3));  // A cell before the content.
  CHECK_FALSE(unused_space(leaf({4'096}, 4'000), 3));         // A cell beyond the end.
  CHECK_FALSE(unused_space(leaf({4'000}, 9), 3));             // Content within the pointers.
  CHECK_FALSE(unused_space(leaf({4'000}, 5'000), 3));
  CHECK_FALSE(unused_space(leaf({}, 0), 3));  // Would be 65,536.
}

TEST_CASE("the places of pointer maps are left alone") {
  const Page page = leaf({4'000}, 4'000);
  CHECK_FALSE(unused_space(page, 2));
  CHECK_FALSE(unused_space(page, 2 + 820));
  CHECK_FALSE(unused_space(page, 2 + 820 * 7));
  CHECK(unused_space(page, 3 + 820 * 7));
}

}  // namespace
}  // namespace dropzone::sqlite
