#pragma once

#include <mutex>
#include <shared_mutex>

// Mutexes with annotations of what they guard. clang checks them (-Wthread-safety, by script/tidy);
// for other compilers the annotations are empty.
//
// Example:
//
//     mutable Mutex mutex_;
//     std::size_t used_ DROPZONE_GUARDED_BY(mutex_) = 0;
//     void grow() DROPZONE_REQUIRES(mutex_);  // Call with the lock held.
//
//     const MutexLock lock(mutex_);
//     grow();
#ifdef __clang__
#define DROPZONE_ANNOTATION_(attribute) __attribute__((attribute))
#else
#define DROPZONE_ANNOTATION_(attribute)
#endif

/// On a member: it is read and written only with the mutex held.
#define DROPZONE_GUARDED_BY(mutex) DROPZONE_ANNOTATION_(guarded_by(mutex))
/// On a function, or a lambda after its parameters: call it with the mutex held.
#define DROPZONE_REQUIRES(mutex) DROPZONE_ANNOTATION_(requires_capability(mutex))
#define DROPZONE_REQUIRES_SHARED(mutex) DROPZONE_ANNOTATION_(requires_shared_capability(mutex))
/// On a function that temporarily unlocks a lock that it was given, which clang cannot follow.
#define DROPZONE_NO_LOCK_ANALYSIS DROPZONE_ANNOTATION_(no_thread_safety_analysis)

namespace dropzone {

class DROPZONE_ANNOTATION_(capability("mutex")) Mutex : public std::mutex {
 public:
  void lock() DROPZONE_ANNOTATION_(acquire_capability()) { std::mutex::lock(); }
  void unlock() DROPZONE_ANNOTATION_(release_capability()) { std::mutex::unlock(); }
  bool try_lock() DROPZONE_ANNOTATION_(try_acquire_capability(true)) {
    return std::mutex::try_lock();
  }
};

/// Holds a mutex while it lives. Condition variables take it for the std::unique_lock that it is.
class DROPZONE_ANNOTATION_(scoped_lockable) MutexLock : public std::unique_lock<std::mutex> {
 public:
  explicit MutexLock(Mutex& mutex) DROPZONE_ANNOTATION_(acquire_capability(mutex))
      : std::unique_lock<std::mutex>(mutex) {}
  ~MutexLock() DROPZONE_ANNOTATION_(release_capability()) {}  // NOLINT: carries the annotation
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void lock() DROPZONE_ANNOTATION_(acquire_capability()) { std::unique_lock<std::mutex>::lock(); }
  void unlock() DROPZONE_ANNOTATION_(release_capability()) {
    std::unique_lock<std::mutex>::unlock();
  }
};

class DROPZONE_ANNOTATION_(capability("mutex")) SharedMutex : public std::shared_mutex {};

/// Holds a mutex for reading while it lives, as others may too.
class DROPZONE_ANNOTATION_(scoped_lockable) ReadLock : public std::shared_lock<std::shared_mutex> {
 public:
  explicit ReadLock(SharedMutex& mutex) DROPZONE_ANNOTATION_(acquire_shared_capability(mutex))
      : std::shared_lock<std::shared_mutex>(mutex) {}
  ~ReadLock() DROPZONE_ANNOTATION_(release_capability()) {}  // NOLINT: carries the annotation
  ReadLock(const ReadLock&) = delete;
  ReadLock& operator=(const ReadLock&) = delete;
};

/// Holds a mutex exclusively while it lives.
class DROPZONE_ANNOTATION_(scoped_lockable) WriteLock : public std::unique_lock<std::shared_mutex> {
 public:
  explicit WriteLock(SharedMutex& mutex) DROPZONE_ANNOTATION_(acquire_capability(mutex))
      : std::unique_lock<std::shared_mutex>(mutex) {}
  ~WriteLock() DROPZONE_ANNOTATION_(release_capability()) {}  // NOLINT: carries the annotation
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
};

}  // namespace dropzone
