#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace dropzone::sqlite {

/// The bytes of a page from `begin` on, before `end`.
struct UnusedSpace {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A file of more pages may have overflow pages that begin as a b-tree's page does.
inline constexpr std::int64_t kMostWipedPages = std::int64_t{1} << 25;

/// What a b-tree's page has between the pointers to its cells and the cells. SQLite may leave
/// copies of cells there that it has moved to other pages; `secure_delete` does not overwrite them
/// when the record is deleted there. Nothing for other pages, for one that is not sound, and for
/// those that would be a pointer map. `number` counts from 1.
///
/// Precondition: the file has at most kMostWipedPages pages, and no reserved bytes in them
/// (https://sqlite.org/fileformat2.html#b_tree_pages).
[[nodiscard]] std::optional<UnusedSpace> unused_space(std::span<const unsigned char> page,
                                                      std::int64_t number);

}  // namespace dropzone::sqlite
