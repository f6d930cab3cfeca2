#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <string>

#include <dropzone/call/call_options.h>
#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/mutex.h>
#include <dropzone/result.h>

namespace dropzone::auth {

/// The result of a piece of work in a TurnQueue.
struct Turn {
  int outcome = 0;  ///< The caller's own.
  /// How long all who wait in this group together are to wait for one round.
  std::chrono::milliseconds pace{0};
};

/// Schedules slow work fairly: each group of callers has one turn at a time, and the
/// groups have theirs in rotation, so that a group that asks a lot delays only itself.
/// The callers block. If too many wait, one of the largest group is refused. Thread-safe.
class TurnQueue {
 public:
  struct Options {
    std::size_t at_a_time = 1;          ///< Turns, in all.
    std::size_t callers = 48;           ///< With a turn or waiting for one, in all.
    std::size_t callers_of_group = 16;  ///< With different keys.
  };
  using Work = std::function<Turn()>;

  explicit TurnQueue(Options options) : options_(options) {}

  /// Does the work when it is this caller's turn, and returns its outcome. Callers of one group
  /// with one key share one piece of work. `rate_limited` if too many wait, `deadline_exceeded`
  /// if the turn does not come in time.
  Result<int> run(const std::string& group, const Sha256& key, const CallOptions& options,
                  const Work& work);

  /// How many have a turn or wait for one.
  [[nodiscard]] std::size_t callers() const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class State : std::uint8_t { waiting, has_turn, done, gave_way };
  struct Caller {
    const Sha256& key;
    State state = State::waiting;
    int outcome = 0;
  };
  struct Group {
    std::string name;
    std::deque<Caller*> waiting = {};
    Caller* working = nullptr;
    Clock::time_point began = {};  ///< The last turn.
    std::chrono::milliseconds pace{0};
  };

  class Slot;
  struct Finish;

  Group& group_of(const std::string& name) DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] bool admits(const Group& group, const Sha256& key) const;
  bool make_room(const Group& group) DROPZONE_REQUIRES(mutex_);
  void hand_out(Clock::time_point now) DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] static Clock::time_point next_turn(const Group& group);
  void await_turn(Caller& caller, Group& group, const CallOptions& options, MutexLock& lock)
      DROPZONE_REQUIRES(mutex_);
  void finish(Group& group, const Turn& turn) DROPZONE_REQUIRES(mutex_);
  void tell() DROPZONE_REQUIRES(mutex_);

  const Options options_;
  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t changes_ DROPZONE_GUARDED_BY(mutex_) =
      0;                                                 ///< That waiting callers have to look at.
  std::list<Group> groups_ DROPZONE_GUARDED_BY(mutex_);  ///< Whose turn comes first is first.
  std::size_t callers_ DROPZONE_GUARDED_BY(mutex_) = 0;
  std::size_t turns_ DROPZONE_GUARDED_BY(mutex_) = 0;
};

}  // namespace dropzone::auth
