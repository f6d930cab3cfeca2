#include "server/time_slice.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace dropzone::http {
namespace {

// The shortest that Linux grants.
constexpr std::uint64_t kNanoseconds = 100'000;

// As the kernel has it (`struct sched_attr`): the C library has neither this nor the call.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t niceness = 0;
  std::uint32_t priority = 0;
  std::uint64_t slice = kNanoseconds;  ///< `sched_runtime`.
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

}  // namespace

void ask_for_short_time_slices() noexcept {
  if (::sched_getscheduler(0) != SCHED_OTHER) return;
  SchedulingAttributes attributes;
  attributes.niceness = ::getpriority(PRIO_PROCESS, 0);
  ::syscall(SYS_sched_setattr, 0, &attributes, 0);  // Without it requests are answered as well.
}

}  // namespace dropzone::http
