#include <dropzone/http/message/ip_address.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace dropzone::http {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;
constexpr unsigned kAllBits = 128;

Error refuse(std::string_view text, std::string_view why) {
  return {ErrorCode::invalid_request, "\"" + std::string(text) + "\" " + std::string(why)};
}

bool bit_of(const std::array<std::uint8_t, 16>& bytes, unsigned index) {
  return (bytes[index / 8] >> (7 - index % 8) & 1) != 0;
}

bool has_bits_behind(const IpAddress& address, unsigned prefix) {
  for (unsigned i = prefix; i < kAllBits; ++i) {
    if (bit_of(address.bytes(), i)) return true;
  }
  return false;
}

std::optional<unsigned> parse_prefix(std::string_view text, unsigned most) {
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), prefix);
  if (error != std::errc() || end != text.data() + text.size() || prefix > most) return {};
  return prefix;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  const std::string terminated(text);
  IpAddress address;
  auto* const bytes = address.bytes_.data();
  if (::inet_pton(AF_INET6, terminated.c_str(), bytes) == 1) return address;
  if (::inet_pton(AF_INET, terminated.c_str(), bytes + kMapped.size()) != 1) return std::nullopt;
  std::ranges::copy(kMapped, bytes);
  return address;
}

bool IpAddress::is_v4() const noexcept {
  return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin());
}

std::string IpAddress::text() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes_.data() + kMapped.size(), text, sizeof text);
  } else {
    ::inet_ntop(AF_INET6, bytes_.data(), text, sizeof text);
  }
  return text;
}

std::string IpAddress::network() const {
  if (is_v4()) return text();
  IpAddress first;
  std::copy_n(bytes_.begin(), 8, first.bytes_.begin());
  return first.text() + "/64";
}

Result<AddressRange> AddressRange::parse(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return refuse(text, "is not an address. Write 192.0.2.0/24 or 2001:db8::/32.");
  AddressRange range;
  range.first_ = *address;
  if (slash == text.size()) return range;

  // 10.0.0.0/8 counts the bits of an IPv4 address, ::ffff:10.0.0.0/104 those of an IPv6 one.
  const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
  const auto prefix =
      parse_prefix(text.substr(slash + 1), dotted ? kAllBits - kMappedBits : kAllBits);
  if (!prefix) return refuse(text, "has no length of a prefix after its slash, such as /24.");
  range.prefix_ = *prefix + (dotted ? kMappedBits : 0);
  if (has_bits_behind(*address, range.prefix_)) {
    return refuse(text, "has bits set behind its prefix. Write the first address of the range.");
  }
  return range;
}

bool AddressRange::contains(const IpAddress& address) const noexcept {
  const auto whole = prefix_ / 8;
  if (std::memcmp(first_.bytes().data(), address.bytes().data(), whole) != 0) return false;
  if (prefix_ % 8 == 0) return true;
  const unsigned shift = 8 - prefix_ % 8;
  return first_.bytes()[whole] >> shift == address.bytes()[whole] >> shift;
}

bool contains(const std::vector<AddressRange>& ranges, const IpAddress& address) {
  return std::ranges::any_of(ranges,
                             [&](const AddressRange& range) { return range.contains(address); });
}

}  // namespace dropzone::http
