#include <dropzone/process/heap.h>

#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <fstream>

namespace dropzone::process {
namespace {

constexpr int kMebibyte = 1 << 20;
// Larger blocks are the system's, and go back to it as they are freed.
constexpr int kLargeBlock = 8 * kMebibyte;
// Free memory that a heap keeps at its end: fewer calls of the system for short requests.
constexpr int kKeptAtEnd = 16 * kMebibyte;
// Threads share these. Each heap keeps some memory that is free.
constexpr int kHeaps = 4;

constexpr std::size_t kMuch = std::size_t{24} * kMebibyte;
constexpr std::chrono::milliseconds kBusyPause{10};
constexpr std::chrono::milliseconds kIdlePause{100};
// Between trims that bring little.
constexpr std::chrono::milliseconds kLongestRest{10'000};
// Large requests that follow each other within this time use the same memory.
constexpr std::chrono::milliseconds kReuseTime{250};

/// What the process has in memory of its own; files that it has mapped are not.
std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  std::size_t shared = 0;
  file >> size >> resident >> shared;
  return (resident - std::min(resident, shared)) *
         static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void set_up_heap() {
  ::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  ::mallopt(M_TRIM_THRESHOLD, kKeptAtEnd);
  ::mallopt(M_ARENA_MAX, kHeaps);
  // A body that has begun to come would take 2 MiB at once.
  ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

HeapKeeper::HeapKeeper(const MemoryBudget& budget) : budget_(budget), thread_([this] { run(); }) {}

HeapKeeper::~HeapKeeper() {
  {
    const MutexLock lock(mutex_);
    ends_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void HeapKeeper::run() {
  using Clock = std::chrono::steady_clock;
  const auto beyond_requests = [this] {
    const std::size_t resident = resident_bytes();
    return resident - std::min(resident, budget_.used());
  };
  std::size_t usual = beyond_requests();
  auto last_large_request = Clock::now();
  auto next_trim = last_large_request;
  std::chrono::milliseconds rest = kIdlePause;
  bool busy = false;
  MutexLock lock(mutex_);
  while (!ended_.wait_for(lock, busy ? kBusyPause : kIdlePause,
                          [this]() DROPZONE_REQUIRES(mutex_) { return ends_; })) {
    const auto time = Clock::now();
    const std::size_t now = beyond_requests();
    const std::size_t used = budget_.used();
    usual = std::min(usual, now);
    busy = used > kMuch;
    if (busy) {
      last_large_request = next_trim = time;
      rest = kIdlePause;
    }
    const bool is_reused = time - last_large_request < kReuseTime;
    const bool has_room = used + (now - usual) < budget_.limit() / 2;
    if (now <= usual + kMuch || time < next_trim || (is_reused && has_room)) continue;
    ::malloc_trim(0);
    // Requests that end give back their share of the budget before their memory: what is left now
    // may be free soon. If it is not, trimming is of less and less use.
    const bool gained = beyond_requests() + kMebibyte < now;
    rest = gained ? kIdlePause : std::min(2 * rest, kLongestRest);
    next_trim = time + (busy ? kBusyPause : rest);
  }
}

}  // namespace dropzone::process
