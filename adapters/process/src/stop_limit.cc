#include <dropzone/process/stop_limit.h>

#include <cstdlib>

namespace dropzone::process {
namespace {

// For the last words: whoever is to read them may have stopped doing so.
constexpr std::chrono::milliseconds kLastWords{200};

}  // namespace

StopLimit::~StopLimit() {
  {
    const MutexLock lock(mutex_);
    in_time_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void StopLimit::begin(std::chrono::milliseconds time) {
  thread_ = std::thread([this, end = std::chrono::steady_clock::now() + time] { run(end); });
}

void StopLimit::run(std::chrono::steady_clock::time_point end) {
  {
    MutexLock lock(mutex_);
    if (stopped_.wait_until(lock, end, [this]() DROPZONE_REQUIRES(mutex_) { return in_time_; }))
      return;
  }
  std::thread([this] {
    last_words_();
    std::_Exit(0);
  }).detach();
  std::this_thread::sleep_for(kLastWords);
  std::_Exit(0);
}

}  // namespace dropzone::process
