#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace dropzone::sqlite {

// SQLite's log: a head, then frames, each of which is a head and a page.
// https://sqlite.org/walformat.html
inline constexpr std::int64_t kLogHeadBytes = 32;
inline constexpr std::int64_t kFrameHeadBytes = 24;

/// SQLite's log as it is on the disk, read without SQLite, which would apply it to the file.
/// For one thread.
class RawLog {
 public:
  struct Frame {
    std::int64_t number = 0;       ///< From 0.
    std::uint32_t page = 0;        ///< Of the file, from 1.
    std::uint32_t file_pages = 0;  ///< Of the file after the transaction that ends here; 0: none.
  };

  /// Nothing if SQLite would take nothing from the log: it is missing or empty, or its head or
  /// first frame is not whole.
  static std::optional<RawLog> open(const std::filesystem::path& path);

  [[nodiscard]] std::int64_t page_bytes() const noexcept { return page_bytes_; }
  [[nodiscard]] const Frame& first() const noexcept { return first_; }
  /// Those after the first that were written since the log began. The last may not be whole. Reads
  /// the head of each.
  [[nodiscard]] std::vector<Frame> later_frames();
  /// The last bytes of a frame's page, or fewer if the log ends.
  [[nodiscard]] std::string end_of_page(const Frame& frame, std::size_t bytes);

 private:
  explicit RawLog(const std::filesystem::path& path) : log_(path, std::ios::binary) {}
  bool read_head();
  bool read_first_frame();
  [[nodiscard]] std::int64_t place_of(std::int64_t frame) const noexcept;

  std::ifstream log_;
  std::string head_;
  std::int64_t page_bytes_ = 0;
  Frame first_;
};

/// So many bytes from this place on, or fewer if the file ends.
std::string bytes_at(std::istream& file, std::int64_t place, std::size_t bytes);

}  // namespace dropzone::sqlite
