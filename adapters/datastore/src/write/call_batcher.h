#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <dropzone/call/waiting.h>
#include <dropzone/mutex.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::datastore {

/// What became of an item.
enum class Joined {
  carried_out,
  not_begun,  ///< The call was over first.
  left,       ///< The call was over while a group carried it out: what becomes of it is not known.
};

/// What a batcher knows of a call. What is batched derives from it.
class BatchedCall {
 private:
  template <typename Item>
  friend class CallBatcher;
  std::condition_variable_any changed_;
  bool leads_ = false;
  bool done_ = false;
};

/// Carries out calls that arrive together as one. There is no thread of its own: one of the
/// callers does it for its group, while the next group gathers. What comes alone is begun at once,
/// up to so many groups under way; large groups may be as many again, so that a few small ones do
/// not keep many callers waiting. Thread-safe.
template <typename Item>
class CallBatcher {
 public:
  using Group = std::vector<std::shared_ptr<Item>>;
  /// Takes a group from the front of the queue, at least one. Called with the queue locked.
  using Take = std::function<Group(std::deque<std::shared_ptr<Item>>&)>;
  /// Carries out a group and notes in each item what became of it.
  using CarryOut = std::function<void(const Group&)>;

  CallBatcher(std::size_t groups_under_way, Take take, CarryOut carry_out)
      : slots_(groups_under_way), take_(std::move(take)), carry_out_(std::move(carry_out)) {}

  /// Returns when the item was carried out, or the call is over.
  Joined join(const std::shared_ptr<Item>& item, const CallOptions& call) {
    MutexLock lock(mutex_);
    queue_.push_back(item);
    if (may_begin(under_way_)) {
      ++under_way_;
      call_leader(item.get());
    }
    const auto is_called = [&] { return item->leads_ || item->done_; };
    if (!wait_until_over(item->changed_, lock, call, is_called)) {
      return std::erase(queue_, item) > 0 ? Joined::not_begun : Joined::left;
    }
    if (item->leads_) lead(lock);
    return Joined::carried_out;
  }

 private:
  static constexpr std::size_t kLargeGroup = 32;

  /// Whether a waiting group may begin while so many others run.
  [[nodiscard]] bool may_begin(std::size_t others) const DROPZONE_REQUIRES(mutex_) {
    if (queue_.empty() || queue_.front()->leads_) return false;  // Who leads takes all.
    return others < slots_ || (others < 2 * slots_ && queue_.size() >= kLargeGroup);
  }

  void call_leader(const Item* caller) DROPZONE_REQUIRES(mutex_) {
    Item& leader = *queue_.front();
    leader.leads_ = true;
    if (&leader != caller) leader.changed_.notify_one();
  }

  void lead(MutexLock& lock) DROPZONE_NO_LOCK_ANALYSIS {
    const Group group = take_(queue_);
    lock.unlock();
    const Completion completion(*this, lock, group);
    carry_out_(group);
  }

  /// Ends a group, whether it was carried out or threw, and calls the next leader.
  class Completion {
   public:
    Completion(CallBatcher& batcher, MutexLock& lock, const Group& group)
        : batcher_(batcher), lock_(lock), group_(group) {}
    Completion(const Completion&) = delete;
    Completion& operator=(const Completion&) = delete;
    ~Completion() DROPZONE_NO_LOCK_ANALYSIS {
      std::shared_ptr<Item> next;
      lock_.lock();
      for (const auto& item : group_) item->done_ = true;
      if (batcher_.may_begin(batcher_.under_way_ - 1)) {
        next = batcher_.queue_.front();
        next->leads_ = true;
      } else {
        --batcher_.under_way_;
      }
      lock_.unlock();
      // Those who are called would only wait for the lock.
      if (next) next->changed_.notify_one();
      for (const auto& item : group_) item->changed_.notify_one();
    }

   private:
    CallBatcher& batcher_;
    MutexLock& lock_;
    const Group& group_;
  };

  const std::size_t slots_;
  const Take take_;
  const CarryOut carry_out_;
  Mutex mutex_;
  std::deque<std::shared_ptr<Item>> queue_ DROPZONE_GUARDED_BY(mutex_);
  std::size_t under_way_ DROPZONE_GUARDED_BY(mutex_) = 0;
};

}  // namespace dropzone::datastore
