#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace dropzone {

using Sha256 = std::array<std::uint8_t, 32>;

/// Computes SHA-256 (FIPS 180-4). Thread-safe.
class Digest {
 public:
  virtual ~Digest() = default;
  [[nodiscard]] virtual Sha256 sha256(std::string_view bytes) const = 0;
};

}  // namespace dropzone
