#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/result.h>

namespace dropzone::http {

/// An address of the internet protocol, version 4 or 6. An IPv4 address that is written as an IPv6
/// one (`::ffff:192.0.2.1`) is that IPv4 address: so no other spelling bypasses a list.
class IpAddress {
 public:
  /// Reads `192.0.2.1` or `2001:db8::1`, in brackets or not, without port or zone.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const noexcept;

  /// In its usual spelling.
  [[nodiscard]] std::string text() const;

  /// The usual allocation to one customer: an IPv4 address, or the 64 bits before an
  /// interface's own in an IPv6 one.
  [[nodiscard]] std::string network() const;

  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};  ///< IPv4 in its mapped form.
};

/// A block of addresses in CIDR notation (RFC 4632).
class AddressRange {
 public:
  /// Reads `10.0.0.0/8`, `2001:db8::/32`, or one address alone. Refuses (`invalid_request`) a block
  /// that has bits set after its prefix: a typing error, most likely.
  [[nodiscard]] static Result<AddressRange> parse(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;

 private:
  IpAddress first_;
  unsigned prefix_ = 128;  ///< Of the 128 bits.
};

/// Whether one of the ranges has this address.
[[nodiscard]] bool contains(const std::vector<AddressRange>& ranges, const IpAddress& address);

}  // namespace dropzone::http
