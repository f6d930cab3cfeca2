#pragma once

#include <string>

#include <dropzone/store/id_source.h>

namespace dropzone::crypto {

/// Draws from OpenSSL's random generator, many ids' bits at a time for each thread: an id takes a
/// tenth of what it takes from the operating system. Thread-safe; throws std::runtime_error if
/// the generator cannot be seeded.
class OpensslIdSource final : public IdSource {
 public:
  std::string next() override;
};

}  // namespace dropzone::crypto
