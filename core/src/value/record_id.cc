#include <dropzone/value/record_id.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

namespace dropzone {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t i) noexcept {
  return static_cast<std::uint8_t>(bytes[i]);
}

// The length of the ASCII text at the front, looked at in steps of eight bytes.
std::size_t ascii_length(std::string_view bytes) noexcept {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::size_t length = 0;
  for (; bytes.size() - length >= sizeof(std::uint64_t); length += sizeof(std::uint64_t)) {
    std::uint64_t block = 0;
    std::memcpy(&block, bytes.data() + length, sizeof block);
    if ((block & kHighBits) != 0) break;
  }
  while (length < bytes.size() && byte_at(bytes, length) < 0x80) ++length;
  return length;
}

// U+0000 to U+001F, U+007F and U+0080 to U+009F, in well-formed UTF-8.
bool has_control_character(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint8_t byte = byte_at(text, i);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && byte_at(text, i + 1) < 0xa0) return true;
  }
  return false;
}

bool is_wrapped_in_underscores(std::string_view id) noexcept {
  return id.size() >= 4 && id.starts_with("__") && id.ends_with("__");
}

Error invalid_id(std::string_view rule) {
  return {ErrorCode::invalid_id, "An _id " + std::string(rule) + ".", "/_id", {}};
}

}  // namespace

// Table 3-7 of the Unicode standard.
std::size_t character_length(std::string_view bytes) noexcept {
  const std::uint8_t lead = byte_at(bytes, 0);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (bytes.size() < length) return 0;
  const std::uint8_t least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const std::uint8_t most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (byte_at(bytes, 1) < least || byte_at(bytes, 1) > most) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(bytes, i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

bool is_utf8(std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    bytes.remove_prefix(ascii_length(bytes));
    if (bytes.empty()) return true;
    const std::size_t length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

Result<void> check_record_id(std::string_view id) {
  if (id.empty()) return invalid_id("must not be empty");
  if (id.size() > kMaxIdBytes) return invalid_id("must have at most 1500 bytes of UTF-8");
  if (!is_utf8(id)) return invalid_id("must be well-formed UTF-8");
  if (id.find_first_of("/,") != std::string_view::npos) {
    return invalid_id("must not contain a slash or a comma");
  }
  if (has_control_character(id)) return invalid_id("must not contain control characters");
  if (is_dot_segment(id)) {
    return invalid_id("must not be \".\" or \"..\", which a URL cannot name");
  }
  if (is_wrapped_in_underscores(id)) {
    return invalid_id("must not both begin and end with two underscores");
  }
  return {};
}

}  // namespace dropzone
