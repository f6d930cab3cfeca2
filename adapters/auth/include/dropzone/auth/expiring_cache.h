#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include <dropzone/mutex.h>

namespace dropzone::auth {

/// How long an answer of the store may be cached if other instances may revoke it: a revocation
/// takes effect there within five seconds.
inline constexpr std::chrono::seconds kStoreCacheTtl{4};

/// The moment when a lookup began.
struct Epoch {
  std::chrono::steady_clock::time_point time;
  std::uint64_t revocations = 0;  ///< Before it.
};

/// A cache with a time to live, so that most requests need no lookup. What this
/// instance revokes is dropped at once, together with lookups in progress. Holds a
/// bounded number; expired entries stay only until others take their place. Thread-safe.
template <typename Value>
class ExpiringCache {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::size_t kRemembered = 10'000;  ///< At least.

  [[nodiscard]] Epoch epoch(Time now = std::chrono::steady_clock::now()) const {
    const MutexLock lock(mutex_);
    return {now, revocations_};
  }

  [[nodiscard]] std::optional<Value> find(const std::string& name,
                                          Time now = std::chrono::steady_clock::now()) const {
    const MutexLock lock(mutex_);
    for (const Entries* entries : {&recent_, &older_}) {
      const auto found = entries->find(name);
      if (found != entries->end() && found->second.until > now) return found->second.value;
    }
    return std::nullopt;
  }

  /// Caches the result of a lookup that began at that moment, for a time from then on, unless
  /// something was revoked meanwhile.
  void keep(std::string name, Value value, const Epoch& begun, std::chrono::seconds ttl) {
    const MutexLock lock(mutex_);
    if (revocations_ != begun.revocations) return;
    if (recent_.size() >= kRemembered || older_until_ <= begun.time) {
      older_ = std::exchange(recent_, {});
      older_until_ = std::exchange(recent_until_, Time::min());
    }
    const Time until = begun.time + ttl;
    recent_until_ = std::max(recent_until_, until);
    recent_.insert_or_assign(std::move(name), Entry{std::move(value), until});
  }

  /// How often something was revoked.
  [[nodiscard]] std::uint64_t revocations() const noexcept {
    const MutexLock lock(mutex_);
    return revocations_;
  }

  /// The number of entries, including expired ones.
  [[nodiscard]] std::size_t size() const {
    const MutexLock lock(mutex_);
    return recent_.size() + older_.size();
  }

  /// Call it after the entry is deleted from the store.
  void revoke(const std::string& name) {
    const MutexLock lock(mutex_);
    ++revocations_;
    recent_.erase(name);
    older_.erase(name);
  }

  void revoke_all() {
    const MutexLock lock(mutex_);
    ++revocations_;
    recent_.clear();
    older_.clear();
  }

 private:
  struct Entry {
    Value value;
    Time until;
  };
  using Entries = std::unordered_map<std::string, Entry>;

  mutable Mutex mutex_;
  std::uint64_t revocations_ DROPZONE_GUARDED_BY(mutex_) = 0;
  /// When these are full, or all older ones have expired, they become the older ones, and
  /// the older ones are forgotten.
  Entries recent_ DROPZONE_GUARDED_BY(mutex_);
  Entries older_ DROPZONE_GUARDED_BY(mutex_);
  /// The longest time to live of any entry.
  Time recent_until_ DROPZONE_GUARDED_BY(mutex_) = Time::min();
  Time older_until_ DROPZONE_GUARDED_BY(mutex_) = Time::min();
};

}  // namespace dropzone::auth
