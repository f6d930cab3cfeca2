#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dropzone {

/// The alphabet of short UUIDs: letters and digits except 0, 1, I, O and l.
inline constexpr std::string_view kBase57 =
    "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
static_assert(kBase57.size() == 57);

/// 57^11 > 2^64, so 11 digits hold 64 bits.
inline constexpr int kBase57DigitsOf64Bits = 11;

inline void append_base57(std::string& out, std::uint64_t bits) {
  for (int digit = 0; digit < kBase57DigitsOf64Bits; ++digit) {
    out += kBase57[bits % kBase57.size()];
    bits /= kBase57.size();
  }
}

}  // namespace dropzone
