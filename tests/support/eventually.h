#pragma once

#include <chrono>
#include <thread>

namespace dropzone::test {

/// Waits until the condition holds. False if it does not within a minute, however busy the machine.
template <typename Condition>
bool eventually(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace dropzone::test
