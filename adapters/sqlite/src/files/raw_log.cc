#include "files/raw_log.h"

#include <string_view>

namespace dropzone::sqlite {
namespace {

constexpr std::uint32_t kMagic = 0x377f0682;  // Its last bit: checksums are of big-endian words.
constexpr std::uint32_t kVersion = 3'007'000;
constexpr std::size_t kWordBytes = 4;

// Words of the head, and of that of a frame.
constexpr std::size_t kPageBytesWord = 2;
constexpr std::size_t kLogSaltsWord = 4;
constexpr std::size_t kLogChecksumWord = 6;
constexpr std::size_t kFileSizeWord = 1;
constexpr std::size_t kFrameSaltsWord = 2;
constexpr std::size_t kFrameChecksumWord = 4;

std::uint32_t word(std::string_view bytes, std::size_t number) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(number * kWordBytes, kWordBytes)) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

std::string_view two_words(std::string_view bytes, std::size_t number) {
  return bytes.substr(number * kWordBytes, 2 * kWordBytes);
}

struct Checksum {
  bool big_endian = true;
  std::uint32_t first = 0;
  std::uint32_t second = 0;

  void add(std::string_view bytes) {
    for (std::size_t i = 0; i + 1 < bytes.size() / kWordBytes; i += 2) {
      first += in_its_order(word(bytes, i)) + second;
      second += in_its_order(word(bytes, i + 1)) + first;
    }
  }
  [[nodiscard]] bool is(std::string_view bytes, std::size_t number) const {
    return word(bytes, number) == first && word(bytes, number + 1) == second;
  }

 private:
  [[nodiscard]] std::uint32_t in_its_order(std::uint32_t value) const {
    return big_endian ? value : __builtin_bswap32(value);
  }
};

Checksum checksum_of_head(std::string_view head) {
  Checksum checksum{.big_endian = (word(head, 0) & 1) != 0};
  checksum.add(head.substr(0, kLogChecksumWord * kWordBytes));
  return checksum;
}

}  // namespace

std::string bytes_at(std::istream& file, std::int64_t place, std::size_t bytes) {
  std::string read(bytes, '\0');
  file.clear();
  file.seekg(place);
  file.read(read.data(), static_cast<std::streamsize>(bytes));
  read.resize(static_cast<std::size_t>(file.gcount()));
  return read;
}

std::optional<RawLog> RawLog::open(const std::filesystem::path& path) {
  std::optional<RawLog> log(RawLog{path});
  if (!log->read_head() || !log->read_first_frame()) return std::nullopt;
  return log;
}

bool RawLog::read_head() {
  head_ = bytes_at(log_, 0, kLogHeadBytes);
  if (head_.size() != kLogHeadBytes) return false;
  if ((word(head_, 0) & ~1U) != kMagic || word(head_, 1) != kVersion) return false;
  page_bytes_ = word(head_, kPageBytesWord);
  return page_bytes_ >= 512 && page_bytes_ <= 65'536 &&
         checksum_of_head(head_).is(head_, kLogChecksumWord);
}

bool RawLog::read_first_frame() {
  const auto bytes = static_cast<std::size_t>(kFrameHeadBytes + page_bytes_);
  const std::string frame = bytes_at(log_, place_of(0), bytes);
  if (frame.size() != bytes) return false;
  if (two_words(frame, kFrameSaltsWord) != two_words(head_, kLogSaltsWord)) return false;
  Checksum checksum = checksum_of_head(head_);
  checksum.add(two_words(frame, 0));
  checksum.add(std::string_view(frame).substr(kFrameHeadBytes));
  first_ = {.page = word(frame, 0), .file_pages = word(frame, kFileSizeWord)};
  return first_.page > 0 && checksum.is(frame, kFrameChecksumWord);
}

std::vector<RawLog::Frame> RawLog::later_frames() {
  std::vector<Frame> frames;
  for (std::int64_t number = 1;; ++number) {
    const std::string head = bytes_at(log_, place_of(number), kFrameHeadBytes);
    if (head.size() != kFrameHeadBytes ||
        two_words(head, kFrameSaltsWord) != two_words(head_, kLogSaltsWord)) {
      return frames;
    }
    frames.push_back(
        {.number = number, .page = word(head, 0), .file_pages = word(head, kFileSizeWord)});
  }
}

std::string RawLog::end_of_page(const Frame& frame, std::size_t bytes) {
  return bytes_at(log_, place_of(frame.number + 1) - static_cast<std::int64_t>(bytes), bytes);
}

std::int64_t RawLog::place_of(std::int64_t frame) const noexcept {
  return kLogHeadBytes + frame * (kFrameHeadBytes + page_bytes_);
}

}  // namespace dropzone::sqlite
