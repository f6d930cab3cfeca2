#pragma once

#include <string_view>

#include <dropzone/value/digest.h>

namespace dropzone::crypto {

/// SHA-256 by OpenSSL. Thread-safe; has no state of its own.
class OpensslDigest final : public Digest {
 public:
  [[nodiscard]] Sha256 sha256(std::string_view bytes) const override;
};

}  // namespace dropzone::crypto
