#include "async_sink.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

namespace dropzone::log {
namespace {

constexpr std::size_t kMuch = std::size_t{256} << 10;
constexpr std::size_t kTooMuch = std::size_t{8} << 20;
constexpr std::chrono::milliseconds kInterval{100};

}  // namespace

AsyncSink::AsyncSink(int descriptor, std::function<std::string(std::size_t)> describe_loss)
    : descriptor_(descriptor),
      describe_loss_(std::move(describe_loss)),
      thread_([this] { run(); }) {}

AsyncSink::~AsyncSink() {
  {
    const MutexLock lock(mutex_);
    stopped_ = hurry_ = true;
  }
  wanted_.notify_one();
  thread_.join();
}

void AsyncSink::log(const spdlog::details::log_msg& message) {
  const std::string_view line(message.payload.data(), message.payload.size());
  bool much = false;
  {
    const MutexLock lock(mutex_);
    if (waiting_.size() + line.size() > kTooMuch) {
      ++dropped_;
      ++lost_;
      return;
    }
    waiting_ += line;
    taken_ += line.size();
    much = waiting_.size() >= kMuch;
    if (much) hurry_ = true;
  }
  if (much) wanted_.notify_one();
}

void AsyncSink::flush() {
  MutexLock lock(mutex_);
  const std::uint64_t goal = taken_;
  hurry_ = true;
  wanted_.notify_one();
  written_.wait(lock, [this, goal]() DROPZONE_REQUIRES(mutex_) { return done_ >= goal; });
}

void AsyncSink::run() {
  std::string text;
  MutexLock lock(mutex_);
  for (bool stopped = false; !stopped;) {
    wanted_.wait_for(lock, kInterval, [this]() DROPZONE_REQUIRES(mutex_) { return hurry_; });
    hurry_ = false;
    stopped = stopped_;
    text.clear();
    std::swap(text, waiting_);
    const std::uint64_t goal = taken_;
    const std::size_t dropped = std::exchange(dropped_, 0);
    lock.unlock();
    if (dropped > 0) text += describe_loss_(dropped);
    write_out(text);
    lock.lock();
    done_ = goal;
    written_.notify_all();
  }
}

void AsyncSink::write_out(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd room{.fd = descriptor_, .events = POLLOUT, .revents = 0};
      ::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      // Nobody reads the log any more, so only the metrics can show it.
      lost_ += static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
      return;
    }
  }
}

}  // namespace dropzone::log
