#include <dropzone/process/signals.h>

#include <cerrno>
#include <csignal>
#include <ctime>

namespace dropzone::process {
namespace {

sigset_t awaited_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGHUP);
  return signals;
}

}  // namespace

Signals::Signals() {
  const sigset_t signals = awaited_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

Signals::Action Signals::wait() {
  const sigset_t signals = awaited_signals();
  int signal = 0;
  while (::sigwait(&signals, &signal) != 0) {
  }
  return signal == SIGHUP ? Action::reload : Action::stop;
}

void Signals::wait_for_stop(std::chrono::milliseconds time) {
  using std::chrono::steady_clock;
  const sigset_t signals = awaited_signals();
  const auto end = steady_clock::now() + time;
  for (auto left = time; left.count() > 0;
       left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now())) {
    const timespec wait{.tv_sec = left.count() / 1'000,
                        .tv_nsec = left.count() % 1'000 * 1'000'000};
    const int signal = ::sigtimedwait(&signals, nullptr, &wait);
    if (signal == SIGTERM || signal == SIGINT || (signal < 0 && errno == EAGAIN)) return;
  }
}

}  // namespace dropzone::process
