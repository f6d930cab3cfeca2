#include <dropzone/log/flood_gate.h>

#include <utility>

namespace dropzone::log {

std::optional<std::size_t> FloodGate::pass(const Sort& sort, Time now) {
  const MutexLock lock(mutex_);
  Second& second = seconds_[sort];
  if (now - second.begin >= std::chrono::seconds(1)) {
    second.begin = now;
    second.passed = 0;
  }
  if (second.passed >= most_) {
    ++second.left_out;
    return std::nullopt;
  }
  ++second.passed;
  return std::exchange(second.left_out, 0);
}

}  // namespace dropzone::log
