#include "server/connections_by_address.h"

#include <utility>

namespace dropzone::http {

bool AddressShare::take(std::size_t bytes) noexcept {
  const std::size_t before = unfinished_.fetch_add(bytes);
  if (before + bytes <= max_unfinished_) return true;
  unfinished_ -= bytes;
  return false;
}

ConnectionsByAddress::Slot::Slot(Slot&& other) noexcept
    : all_(std::exchange(other.all_, nullptr)),
      network_(std::move(other.network_)),
      share_(std::exchange(other.share_, nullptr)),
      connections_(other.connections_) {}

ConnectionsByAddress::Slot& ConnectionsByAddress::Slot::operator=(Slot&& other) noexcept {
  if (this == &other) return *this;
  leave();
  all_ = std::exchange(other.all_, nullptr);
  network_ = std::move(other.network_);
  share_ = std::exchange(other.share_, nullptr);
  connections_ = other.connections_;
  return *this;
}

void ConnectionsByAddress::Slot::leave() noexcept {
  if (all_ == nullptr) return;
  const MutexLock lock(all_->mutex_);
  if (--share_->connections_ == 0) all_->shares_.erase(network_);
  all_ = nullptr;
}

ConnectionsByAddress::Slot ConnectionsByAddress::enter(std::string_view address) {
  Slot slot;
  const auto parsed = IpAddress::parse(address);
  if (!parsed || contains(limits_.shared, *parsed)) return slot;
  slot.network_ = parsed->network();
  const MutexLock lock(mutex_);
  auto& share = shares_[slot.network_];
  if (!share) share = std::make_unique<AddressShare>(limits_.max_unfinished);
  slot.all_ = this;
  slot.share_ = share.get();
  slot.connections_ = ++share->connections_;
  return slot;
}

}  // namespace dropzone::http
