#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/record_repository.h>

namespace dropzone::datastore {

/// Lets one transaction of this process at a time touch a record: two that wait for each other's
/// locks in Datastore would both be thrown back after seconds. Thread-safe.
class KeyGate {
 public:
  using Keys = std::vector<std::pair<std::string, std::string>>;  ///< Kinds and ids.

  /// Holds keys until it is destroyed.
  class Pass {
   public:
    Pass() = default;
    Pass(KeyGate& gate, Keys keys) : gate_(&gate), keys_(std::move(keys)) {}
    Pass(Pass&& other) noexcept
        : gate_(std::exchange(other.gate_, nullptr)), keys_(std::move(other.keys_)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_) gate_->leave(keys_);
    }
    explicit operator bool() const noexcept { return gate_ != nullptr; }

   private:
    KeyGate* gate_ = nullptr;
    Keys keys_;
  };

  /// Waits until nobody holds any of the keys, which differ. An empty pass if the deadline comes
  /// first.
  Pass enter(Keys keys, Deadline deadline);

 private:
  void leave(const Keys& keys);

  std::mutex mutex_;
  std::condition_variable left_;
  std::set<std::pair<std::string, std::string>> held_;
};

}  // namespace dropzone::datastore
