#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <dropzone/http/message/ip_address.h>
#include <dropzone/mutex.h>

namespace dropzone::http {

/// What the clients of one address, or of one IPv6 network, have of the server. Thread-safe.
class AddressShare {
 public:
  explicit AddressShare(std::size_t max_unfinished) noexcept : max_unfinished_(max_unfinished) {}

  /// Takes so many bytes for a request that is not yet whole. False, and nothing taken, if the
  /// address has its share.
  [[nodiscard]] bool take(std::size_t bytes) noexcept;
  void give_back(std::size_t bytes) noexcept { unfinished_ -= bytes; }

 private:
  friend class ConnectionsByAddress;

  const std::size_t max_unfinished_;
  std::atomic<std::size_t> unfinished_{0};
  std::size_t connections_ = 0;  // guarded by the mutex of ConnectionsByAddress
};

/// Counts connections by the address that they come from, so that none has all of them.
/// Thread-safe.
class ConnectionsByAddress {
 public:
  struct Limits {
    std::size_t max_connections = 0;        ///< 0: none.
    std::size_t max_unfinished = 0;         ///< Bytes of requests that are not yet whole.
    std::vector<AddressRange> shared = {};  ///< Not counted: proxies, behind which are many.
  };
  explicit ConnectionsByAddress(Limits limits) : limits_(std::move(limits)) {}

  /// A connection's part of its address's share; leaves when destroyed. Movable.
  class Slot {
   public:
    Slot() = default;
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    ~Slot() { leave(); }

    /// How many connections its address has, this one counted; 0 if nobody counts.
    [[nodiscard]] std::size_t connections() const noexcept { return connections_; }
    [[nodiscard]] bool take(std::size_t bytes) const noexcept {
      return share_ == nullptr || share_->take(bytes);
    }
    void give_back(std::size_t bytes) const noexcept {
      if (share_ != nullptr) share_->give_back(bytes);
    }

   private:
    friend class ConnectionsByAddress;
    void leave() noexcept;

    ConnectionsByAddress* all_ = nullptr;
    std::string network_;
    AddressShare* share_ = nullptr;
    std::size_t connections_ = 0;
  };

  [[nodiscard]] Slot enter(std::string_view address);
  /// Whether an address may have so many connections.
  [[nodiscard]] bool allows(std::size_t connections) const noexcept {
    return limits_.max_connections == 0 || connections <= limits_.max_connections;
  }

 private:
  const Limits limits_;
  Mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<AddressShare>> shares_
      DROPZONE_GUARDED_BY(mutex_);
};

}  // namespace dropzone::http
