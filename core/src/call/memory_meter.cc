#include <dropzone/call/memory_meter.h>

#include <algorithm>
#include <utility>

#include <dropzone/expects.h>

namespace dropzone {

bool MemoryMeter::settle() {
  if (fault_) return false;
  if (account_ && pending_ > 0) {
    if (auto held = account_->charge(pending_); !held) {
      fault_ = std::move(held).error();
      return false;
    }
    charged_ += pending_;
  }
  pending_ = 0;
  return true;
}

void MemoryMeter::remove(std::size_t bytes) noexcept {
  DROPZONE_EXPECTS(!account_ || bytes <= pending_ + charged_);
  const std::size_t not_charged = std::min(pending_, bytes);
  const std::size_t back = std::min(charged_, bytes - not_charged);
  pending_ -= not_charged;
  charged_ -= back;
  if (account_ && back > 0) account_->refund(back);
}

void MemoryMeter::give_back() noexcept {
  if (account_) account_->refund(charged_);
  charged_ = 0;
  pending_ = 0;
}

}  // namespace dropzone
