#pragma once

#include <cstddef>

#include <dropzone/call/call_options.h>

namespace dropzone {

/// Checks whether a call is over, but only every so many units of work, for loops whose turns cost
/// less than a check. A unit is about a tenth of a microsecond: a comparison, a look-up in a
/// small object. Once over, it stays over. Not thread-safe.
class Watch {
 public:
  /// The options must outlive it. Null if nobody waits.
  explicit Watch(const CallOptions* options) noexcept : options_(options) {}

  /// Counts the work done since the last call. True means: give up, with deadline_exceeded().
  [[nodiscard]] bool is_over(std::size_t work = 1) noexcept {
    work_ += work;
    if (work_ >= kWorkBetweenLooks) look();
    return over_;
  }
  /// The last result of is_over().
  [[nodiscard]] bool was_over() const noexcept { return over_; }

 private:
  static constexpr std::size_t kWorkBetweenLooks = 256;

  void look() noexcept {
    work_ = 0;
    over_ = over_ || (options_ && options_->is_over());
  }

  const CallOptions* options_;
  std::size_t work_ = 0;
  bool over_ = false;
};

}  // namespace dropzone
