#pragma once

#include <ctime>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string_view>

#include <catch2/catch.hpp>

namespace dropzone::test {

/// What this thread has used of the processor, in seconds: others that run do not count.
inline double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Checks that twice the input takes no more than about twice the work: `prepare(size)` returns the
/// work on an input of that size. Work that is in proportion to n log n is below the bound, which
/// leaves room for what caches do; work in proportion to the square is four times as much. The best
/// of several turns counts, and what is off once is measured again.
template <typename Prepare>
void check_growth(std::string_view what, std::size_t size, Prepare prepare) {
  constexpr double kMost = 3.2;
  constexpr double kTooShort = 0.0005;
  constexpr int kTurns = 5;
  constexpr int kTries = 4;
  const auto best_of = [&](std::size_t input) {
    double best = std::numeric_limits<double>::max();
    for (int i = 0; i < kTurns; ++i) {
      auto work = prepare(input);
      const double begin = processor_seconds();
      work();
      best = std::min(best, processor_seconds() - begin);
    }
    return best;
  };
  double ratio = 0;
  for (int i = 0; i < kTries; ++i) {
    const double once = best_of(size);
    const double twice = best_of(2 * size);
    ratio = twice < kTooShort ? 1 : twice / std::max(once, kTooShort / 2);
    if (ratio < kMost) break;
  }
  INFO(what << " of " << size << " and twice as many");
  CHECK(ratio < kMost);
}

}  // namespace dropzone::test
