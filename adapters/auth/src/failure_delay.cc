#include <dropzone/auth/failure_delay.h>

#include <algorithm>
#include <string>

#include <dropzone/crypto/random_bytes.h>

namespace dropzone::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kKeyBytes = 32;
constexpr seconds kQuiet{3'600};
constexpr std::size_t kMostOpen = 16;
constexpr std::size_t kLongestKey = 150;  // Of longer ones the hash is kept.

bool is_open(const FailureTable::Entry& entry, std::uint64_t mark) {
  return std::ranges::find(entry.open, mark) != entry.open.end();
}

/// `first`, doubled for each failure after the first `free`, at most `longest`.
template <typename Duration>
Duration doubled(Duration first, Duration longest, std::size_t count, std::size_t free) {
  const std::size_t doublings = std::min<std::size_t>(count - free, 20);
  return std::min(longest, first * (1 << doublings));
}

}  // namespace

FailureDelay::FailureDelay(Options options)
    : options_(options),
      hash_(crypto::random_bytes(kKeyBytes)),
      pairs_(options.remembered, kQuiet),
      networks_(options.remembered, kQuiet) {}

seconds FailureDelay::left(const Guess& guess, Time now) {
  const std::string key = key_of(guess.network, guess.user);
  const MutexLock lock(mutex_);
  const FailureTable::Entry* const entry = pairs_.find(key, now);
  if (entry == nullptr || entry->until <= now || is_open(*entry, guess.mark)) return seconds(0);
  return std::chrono::ceil<seconds>(entry->until - now);
}

void FailureDelay::begin(const Guess& guess, Time now, bool always) {
  const std::string key = key_of(guess.network, guess.user);
  const MutexLock lock(mutex_);
  FailureTable::Entry* const entry = always ? &pairs_.make(key, now) : pairs_.find(key, now);
  if (entry == nullptr || entry->until > now || is_open(*entry, guess.mark)) return;
  if (entry->open.size() >= kMostOpen) entry->open.erase(entry->open.begin());
  entry->open.push_back(guess.mark);
  count(*entry, now);
}

void FailureDelay::failed(const Guess& guess, Time now) {
  const std::string key = key_of(guess.network, guess.user);
  const MutexLock lock(mutex_);
  FailureTable::Entry& network = networks_.make(std::string(guess.network), now);
  ++network.count;
  network.last = now;
  FailureTable::Entry& entry = pairs_.make(key, now);
  if (std::erase(entry.open, guess.mark) == 0) {
    count(entry, now);
  } else {
    wait(entry, now);
  }
}

void FailureDelay::succeeded(const Guess& guess, Time now) {
  const std::string key = key_of(guess.network, guess.user);
  const MutexLock lock(mutex_);
  FailureTable::Entry& entry = pairs_.make(key, now);
  entry = {};
  entry.last = now;
}

milliseconds FailureDelay::pace(std::string_view network, Time now) {
  const MutexLock lock(mutex_);
  const FailureTable::Entry* const entry = networks_.find(std::string(network), now);
  if (entry == nullptr || entry->count < options_.free_failures) return milliseconds(0);
  return doubled(options_.first_pace, options_.slowest_pace, entry->count, options_.free_failures);
}

std::string FailureDelay::key_of(std::string_view network, std::string_view user) const {
  std::string pair(network);
  pair.append("\n").append(user);
  return pair.size() <= kLongestKey ? pair : std::string(crypto::bytes_of(hash_(pair)));
}

void FailureDelay::count(FailureTable::Entry& entry, Time now) const {
  ++entry.count;
  wait(entry, now);
}

void FailureDelay::wait(FailureTable::Entry& entry, Time now) const {
  entry.last = now;
  if (entry.count < options_.free_failures) return;
  entry.until =
      now + doubled(options_.first, options_.longest, entry.count, options_.free_failures);
}

}  // namespace dropzone::auth
