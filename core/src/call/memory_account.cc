#include <dropzone/call/memory_account.h>

#include <dropzone/expects.h>

namespace dropzone {

bool MemoryBudget::take(std::size_t bytes) noexcept {
  std::size_t used = used_;
  do {
    if (bytes > limit_ || used > limit_ - bytes) {
      ++refused_;
      return false;
    }
  } while (!used_.compare_exchange_weak(used, used + bytes));
  return true;
}

Error no_memory_left() {
  return {.code = ErrorCode::overloaded,
          .detail =
              "The requests under way need all the memory that the server may use; repeat "
              "this one a little later.",
          .retry_after = 1};
}

Result<void> MemoryAccount::charge(std::size_t bytes) {
  if (!budget_.take(bytes)) return no_memory_left();
  held_ += bytes;
  return {};
}

void MemoryAccount::refund(std::size_t bytes) noexcept {
  DROPZONE_EXPECTS(bytes <= held_);
  held_ -= bytes;
  budget_.give_back(bytes);
}

}  // namespace dropzone
