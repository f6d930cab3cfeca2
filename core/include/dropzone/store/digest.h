#pragma once

#include <string_view>

#include <dropzone/store/record.h>

namespace dropzone {

/// Computes SHA-256 (FIPS 180-4). Thread-safe.
class Digest {
 public:
  virtual ~Digest() = default;
  virtual Sha256 sha256(std::string_view bytes) const = 0;
};

}  // namespace dropzone
