#include "signals.h"

#include <signal.h>

#include <cerrno>
#include <ctime>

namespace dropzone::server {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  return signals;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t signals = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

void StopSignals::wait() {
  const sigset_t signals = stop_signals();
  int signal = 0;
  while (::sigwait(&signals, &signal) != 0) {
  }
}

void StopSignals::wait_for(std::chrono::milliseconds time) {
  using std::chrono::steady_clock;
  const sigset_t signals = stop_signals();
  const auto end = steady_clock::now() + time;
  for (auto left = time; left.count() > 0;
       left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now())) {
    const timespec wait{.tv_sec = left.count() / 1'000,
                        .tv_nsec = left.count() % 1'000 * 1'000'000};
    if (::sigtimedwait(&signals, nullptr, &wait) > 0 || errno != EINTR) return;
  }
}

}  // namespace dropzone::server
