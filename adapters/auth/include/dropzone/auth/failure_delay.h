#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <dropzone/auth/failure_table.h>
#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/mutex.h>

namespace dropzone::auth {

/// An attempt to log in.
struct Guess {
  std::string_view network;  ///< Where it comes from.
  std::string_view user;     ///< The name it uses.
  std::uint64_t mark = 0;    ///< Stands for the password; equal for equal ones.
};

/// Slows down the guessing of passwords: after several wrong guesses in a row about a user,
/// the next guess has to wait, each time twice as long. What counts is the pair of the client's
/// network and the user's name, so that nobody can lock a user out from elsewhere.
///
/// In addition each network has a pace, whatever names it tries: after several wrong guesses,
/// its guesses are judged more slowly. None is refused for it.
///
/// Remembers a bounded number of pairs and networks. An hour without a guess ends a count.
/// Thread-safe.
class FailureDelay {
 public:
  struct Options {
    std::size_t free_failures = 10;  ///< The last of these begins the first wait.
    std::chrono::seconds first{1};
    std::chrono::seconds longest{300};
    std::chrono::milliseconds first_pace{125};
    std::chrono::milliseconds slowest_pace{800};
    std::size_t remembered = 50'000;  ///< Pairs, and as many networks.
  };
  using Time = FailureTable::Time;

  FailureDelay() : FailureDelay(Options{}) {}
  explicit FailureDelay(Options options);

  /// How long this guess has to wait; zero: not at all. Once begun, a guess does not wait.
  [[nodiscard]] std::chrono::seconds left(const Guess& guess, Time now);

  /// Call it before the guess is judged. A guess about a pair that is known here, or `always`,
  /// counts from now on, so that none of many concurrent guesses is free.
  void begin(const Guess& guess, Time now, bool always = false);

  void failed(const Guess& guess, Time now);
  /// Ends the pair's count, and makes the pair known here.
  void succeeded(const Guess& guess, Time now);

  /// The earliest time after which a guess from this network is judged; zero: at once.
  [[nodiscard]] std::chrono::milliseconds pace(std::string_view network, Time now);

 private:
  [[nodiscard]] std::string key_of(std::string_view network, std::string_view user) const;
  void count(FailureTable::Entry& entry, Time now) const;
  void wait(FailureTable::Entry& entry, Time now) const;

  const Options options_;
  const crypto::KeyedHash hash_;  ///< Prevents collisions made on purpose.
  Mutex mutex_;
  FailureTable pairs_ DROPZONE_GUARDED_BY(mutex_);
  FailureTable networks_ DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::auth
