#pragma once

#include <string>

#include <dropzone/store/id_source.h>

namespace dropzone::crypto {

/// Draws from OpenSSL's random generator, the bits of 32 ids at a time for each thread, without a
/// call of the system for each. Thread-safe; throws std::runtime_error if the generator cannot be
/// seeded.
class OpensslIdSource final : public IdSource {
 public:
  std::string next() override;
};

}  // namespace dropzone::crypto
