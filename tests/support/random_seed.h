#pragma once

#include <cstdint>
#include <random>

#include <catch2/catch.hpp>

namespace dropzone::test {

/// The seed of a test's random values: that of --rng-seed, else a new one in each run. Show it by
/// INFO("--rng-seed " << seed), so that a failure can be repeated.
inline std::uint32_t random_seed() {
  static const std::uint32_t drawn = std::random_device()();
  const auto given = static_cast<std::uint32_t>(Catch::rngSeed());
  return given != 0 ? given : drawn;
}

}  // namespace dropzone::test
