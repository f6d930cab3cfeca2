#include <dropzone/auth/turn_queue.h>

#include <algorithm>
#include <set>

namespace dropzone::auth {
namespace {

Error crowded() {
  return {.code = ErrorCode::rate_limited,
          .detail = "Too many passwords are being checked just now. Try again in a second.",
          .retry_after = 1};
}

}  // namespace

/// Counts one caller.
class TurnQueue::Slot {
 public:
  explicit Slot(std::size_t& callers) : callers_(callers) { ++callers_; }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { --callers_; }

 private:
  std::size_t& callers_;
};

/// Ends a turn, also if the work throws.
struct TurnQueue::Finish {
  TurnQueue& queue;
  Group& group;
  MutexLock& lock;
  mutable Turn turn = {};

  ~Finish() DROPZONE_NO_LOCK_ANALYSIS {
    lock.lock();
    queue.finish(group, turn);
  }
};

Result<int> TurnQueue::run(const std::string& name, const Sha256& key, const CallOptions& options,
                           const Work& work) {
  MutexLock lock(mutex_);
  Group& group = group_of(name);
  if (!admits(group, key) || (callers_ >= options_.callers && !make_room(group))) return crowded();
  Caller caller{.key = key};
  const Slot slot(callers_);
  group.waiting.push_back(&caller);
  await_turn(caller, group, options, lock);
  if (caller.state == State::has_turn) {
    lock.unlock();
    const Finish finish{*this, group, lock};
    finish.turn = work();
  }
  if (caller.state == State::gave_way) return crowded();
  if (caller.state == State::waiting) {
    std::erase(group.waiting, &caller);
    return deadline_exceeded();
  }
  return caller.outcome;
}

std::size_t TurnQueue::callers() const {
  const MutexLock lock(mutex_);
  return callers_;
}

TurnQueue::Group& TurnQueue::group_of(const std::string& name) {
  const auto found = std::ranges::find(groups_, name, &Group::name);
  if (found != groups_.end()) return *found;
  const auto now = Clock::now();
  std::erase_if(groups_, [&](const Group& group) {
    return group.waiting.empty() && group.working == nullptr && next_turn(group) <= now;
  });
  return groups_.emplace_back(Group{.name = name});
}

bool TurnQueue::admits(const Group& group, const Sha256& key) const {
  std::set<Sha256> keys{key};
  if (group.working != nullptr) keys.insert(group.working->key);
  for (const Caller* const caller : group.waiting) keys.insert(caller->key);
  return keys.size() <= options_.callers_of_group;
}

bool TurnQueue::make_room(const Group& group) {
  const auto size = [](const Group& each) { return each.waiting.size(); };
  const auto largest = std::ranges::max_element(groups_, {}, size);
  if (largest->waiting.size() < group.waiting.size() + 2) return false;
  largest->waiting.back()->state = State::gave_way;
  largest->waiting.pop_back();
  tell();
  return true;
}

void TurnQueue::hand_out(Clock::time_point now) {
  for (Group& group : groups_) {
    if (turns_ >= options_.at_a_time) return;
    if (group.waiting.empty() || group.working != nullptr || next_turn(group) > now) continue;
    group.working = group.waiting.front();
    group.waiting.pop_front();
    group.working->state = State::has_turn;
    group.began = now;
    ++turns_;
    tell();
  }
}

TurnQueue::Clock::time_point TurnQueue::next_turn(const Group& group) {
  return group.began + group.pace / std::max<std::size_t>(1, group.waiting.size());
}

void TurnQueue::await_turn(Caller& caller, Group& group, const CallOptions& options,
                           MutexLock& lock) {
  while (caller.state == State::waiting && !options.is_over()) {
    const auto now = Clock::now();
    hand_out(now);
    if (caller.state != State::waiting) return;
    // Nobody notifies this thread when the group's rest ends.
    const bool rests = group.working == nullptr && next_turn(group) > now;
    const auto end = rests ? std::min(options.deadline, next_turn(group)) : options.deadline;
    const auto has_changed = [this, seen = changes_]()
                                 DROPZONE_REQUIRES(mutex_) { return changes_ != seen; };
    if (end == kNoDeadline) {
      changed_.wait(lock, options.stop, has_changed);
    } else {
      changed_.wait_until(lock, options.stop, end, has_changed);
    }
  }
}

void TurnQueue::finish(Group& group, const Turn& turn) {
  Caller& worker = *group.working;
  worker.state = State::done;
  worker.outcome = turn.outcome;
  std::erase_if(group.waiting, [&](Caller* caller) {
    if (caller->key != worker.key) return false;
    caller->state = State::done;
    caller->outcome = turn.outcome;
    return true;
  });
  group.working = nullptr;
  group.pace = turn.pace;
  --turns_;
  const auto slot = std::ranges::find(groups_, &group, [](const Group& each) { return &each; });
  groups_.splice(groups_.end(), groups_, slot);
  hand_out(Clock::now());
  tell();
}

void TurnQueue::tell() {
  ++changes_;
  changed_.notify_all();
}

}  // namespace dropzone::auth
