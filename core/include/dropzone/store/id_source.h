#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace dropzone {

/// The length of a generated id, in characters.
inline constexpr std::size_t kIdLength = 22;

/// The id that 128 random bits make: kIdLength characters of the base-57 alphabet.
[[nodiscard]] std::string id_of_bits(std::uint64_t first, std::uint64_t second);

/// Generates ids that nobody can guess and that never repeat. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  /// The id of 128 random bits, a short UUID; see id_of_bits().
  virtual std::string next() = 0;
};

/// Draws from the operating system's random source, by four calls of the system an id.
class RandomIdSource final : public IdSource {
 public:
  std::string next() override;
};

}  // namespace dropzone
