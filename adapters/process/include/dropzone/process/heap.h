#pragma once

#include <condition_variable>
#include <thread>

#include <dropzone/call/memory_account.h>
#include <dropzone/mutex.h>

namespace dropzone::process {

/// Makes the heap return freed memory to the system, so that what
/// requests hold is what the process has resident. Call it first, from one thread.
void set_up_heap();

/// Returns freed memory to the system if the process has much more than its requests hold: small
/// pieces that are freed between others stay in the heap otherwise. It waits for a moment without
/// large requests, since the next one needs the memory again, unless requests and freed memory
/// together have half of the budget.
class HeapKeeper {
 public:
  /// The budget must outlive it.
  explicit HeapKeeper(const MemoryBudget& budget);
  ~HeapKeeper();
  HeapKeeper(const HeapKeeper&) = delete;
  HeapKeeper& operator=(const HeapKeeper&) = delete;

 private:
  void run();

  const MemoryBudget& budget_;
  Mutex mutex_;
  std::condition_variable ended_;
  bool ends_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dropzone::process
