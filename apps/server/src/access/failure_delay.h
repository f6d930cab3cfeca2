#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace dropzone::server {

/// Makes the guessing of passwords slow: whoever was wrong about a user several times in a row has
/// to wait before the next guess, each time twice as long. What counts is the pair of the client's
/// network and the user's name, so that nobody can keep a user out from elsewhere. Remembers a
/// bounded number of pairs. Thread-safe.
class FailureDelay {
 public:
  struct Options {
    std::size_t free_failures = 10;  ///< So many cost nothing.
    std::chrono::seconds first{1};
    std::chrono::seconds longest{300};
    std::size_t remembered = 50'000;  ///< Pairs, at least.
  };
  using Time = std::chrono::steady_clock::time_point;

  FailureDelay() : FailureDelay(Options{}) {}
  explicit FailureDelay(Options options) : options_(options) {}

  /// How long this client still has to wait; zero: not at all.
  [[nodiscard]] std::chrono::seconds left(std::string_view network, std::string_view user,
                                          Time now);

  void failed(std::string_view network, std::string_view user, Time now);
  void succeeded(std::string_view network, std::string_view user);

 private:
  struct Failures {
    std::size_t count = 0;
    Time until;
  };
  using Pairs = std::unordered_map<std::size_t, Failures>;

  static std::size_t key_of(std::string_view network, std::string_view user);
  Failures* find(std::size_t key);

  const Options options_;
  std::mutex mutex_;
  Pairs recent_;  ///< When full, these become the older ones, and the older ones are forgotten.
  Pairs older_;
};

}  // namespace dropzone::server
