#include <dropzone/process/repeater.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace dropzone::process {

Repeater::Repeater(std::chrono::milliseconds period, std::function<void()> work)
    : thread_([period, work = std::move(work)](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock(mutex);
        while (!stopped.wait_for(lock, stop, period, [&] { return stop.stop_requested(); })) {
          work();
        }
      }) {}

}  // namespace dropzone::process
