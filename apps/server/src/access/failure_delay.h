#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include <dropzone/crypto/keyed_hash.h>

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
  explicit FailureDelay(Options options);

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
  using Pairs = std::unordered_map<std::string, Failures>;

  [[nodiscard]] std::string key_of(std::string_view network, std::string_view user) const;
  Failures* find(const std::string& key);

  const Options options_;
  const crypto::KeyedHash hash_;  ///< Nobody can make up a name that stands for another pair.
  std::mutex mutex_;
  Pairs recent_;  ///< When full, these become the older ones, and the older ones are forgotten.
  Pairs older_;
};

}  // namespace dropzone::server
