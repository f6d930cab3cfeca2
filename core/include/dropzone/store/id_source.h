#pragma once

#include <cstddef>
#include <string>

namespace dropzone {

/// The length of a generated id, in characters.
inline constexpr std::size_t kIdLength = 22;

/// Generates ids that nobody can guess and that never repeat. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  /// kIdLength characters of the base-57 alphabet: 128 random bits, a short UUID.
  virtual std::string next() = 0;
};

/// Draws from the operating system's random source.
class RandomIdSource final : public IdSource {
 public:
  std::string next() override;
};

}  // namespace dropzone
