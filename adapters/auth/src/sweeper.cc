#include <dropzone/auth/sweeper.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

namespace dropzone::auth {
namespace {

constexpr std::chrono::seconds kPagePatience{5};  // For a page.
constexpr std::chrono::milliseconds kRest{100};   // Between pages, so that others go first.

void sleep(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

Sweeper::Sweeper(std::vector<Sweep> sweeps, std::chrono::milliseconds period, Report report)
    : sweeps_(std::move(sweeps)),
      period_(period),
      report_(std::move(report)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Sweeper::run(const std::stop_token& stop) {
  for (sleep(period_, stop); !stop.stop_requested(); sleep(period_, stop)) {
    for (const Sweep& sweep : sweeps_) {
      try {
        sweep_all(sweep, stop);
      } catch (const std::exception& error) {
        report_(error.what());
      }
    }
  }
}

void Sweeper::sweep_all(const Sweep& sweep, const std::stop_token& stop) {
  std::optional<Position> after;
  do {
    CallOptions options(std::chrono::steady_clock::now() + kPagePatience);
    options.stop = stop;
    auto next = sweep(std::move(after), options);
    if (!next) {
      report_(next.error().detail);
      return;
    }
    after = *std::move(next);
    if (after) sleep(kRest, stop);
  } while (after && !stop.stop_requested());
}

}  // namespace dropzone::auth
