#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/mutex.h>
#include <dropzone/store/record_repository.h>

namespace dropzone::datastore {

/// Lets one transaction of this process at a time touch a record: two that wait for each other's
/// locks in Datastore would both be thrown back after seconds. Who comes first enters first, so
/// that a batch over busy records waits for those before it alone. Thread-safe.
class KeyLockTable {
  struct Visit;

 public:
  using Key = std::pair<std::string, std::string>;  ///< Kind and id.
  using Keys = std::vector<Key>;

  /// Holds keys until it is destroyed.
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept
        : gate_(std::exchange(other.gate_, nullptr)), visit_(std::move(other.visit_)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_) gate_->leave(*visit_);
    }
    explicit operator bool() const noexcept { return gate_ != nullptr; }

   private:
    friend class KeyLockTable;
    Pass(KeyLockTable& gate, std::unique_ptr<Visit> visit)
        : gate_(&gate), visit_(std::move(visit)) {}

    KeyLockTable* gate_ = nullptr;
    std::unique_ptr<Visit> visit_;
  };

  /// Waits until nobody who came before holds or awaits any of the keys, which differ. An empty
  /// pass if the call is over first.
  Pass enter(Keys keys, const CallOptions& call);

 private:
  struct Visit {
    Keys keys;
    std::size_t behind = 0;  ///< For how many of the keys somebody else is first.
    std::condition_variable_any called;
  };

  void leave(const Visit& visit);
  void take_out(const Visit& visit) DROPZONE_REQUIRES(mutex_);

  Mutex mutex_;
  std::map<Key, std::deque<Visit*>> queues_
      DROPZONE_GUARDED_BY(mutex_);  ///< By key: who holds it, then who awaits it.
};

}  // namespace dropzone::datastore
