#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace dropzone {

/// The length of a generated id, in characters.
inline constexpr std::size_t kIdLength = 22;

/// The id that 128 random bits make: kIdLength characters of the base-57 alphabet.
[[nodiscard]] std::string id_of_bits(std::uint64_t first, std::uint64_t second);

/// Generates ids that never repeat. Thread-safe.
class IdSource {
 public:
  virtual ~IdSource() = default;
  /// The id of 128 random bits, a short UUID; see id_of_bits(). Nobody can guess it.
  virtual std::string next() = 0;
  /// The id of a new record. It may be a neighbour of the one before, see IdRun, so it protects
  /// nothing: who knows one id finds the next among 2^53.
  virtual std::string next_record() { return next(); }
};

/// Ids that ascend by random steps: 512 from a random place, then 512 from another. Records that
/// are stored together lie together in a store that is ordered by id, so many of them are on each
/// page that changes. Not thread-safe.
///
/// Example:
///
///     IdRun run;
///     const std::string id = run.next(random_bits);
///     const bool ascends = id < run.next(random_bits);  // It does, except where a run ends.
class IdRun {
 public:
  /// `draw` returns 64 random bits.
  [[nodiscard]] std::string next(const std::function<std::uint64_t()>& draw);

 private:
  std::uint64_t high_ = 0;  ///< The same for all ids of a run.
  std::uint64_t low_ = 0;
  std::size_t left_ = 0;
};

/// Draws from the operating system's random source, by four calls of the system an id.
class RandomIdSource final : public IdSource {
 public:
  std::string next() override;
};

}  // namespace dropzone
