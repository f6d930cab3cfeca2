#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include <spdlog/sinks/sink.h>

#include <dropzone/mutex.h>

namespace dropzone::log {

/// Writes lines to a descriptor, on a thread of its own, a tenth of a second later at most: a line
/// costs the caller no system call. Lines come with their ends; there is no pattern. Thread-safe.
class AsyncSink final : public spdlog::sinks::sink {
 public:
  /// `describe_loss` makes the line that says how many were dropped.
  AsyncSink(int descriptor, std::function<std::string(std::size_t dropped)> describe_loss);
  /// Writes what is there.
  ~AsyncSink() override;
  AsyncSink(const AsyncSink&) = delete;
  AsyncSink& operator=(const AsyncSink&) = delete;

  /// Takes a whole line, or drops it if 8 MiB wait already.
  void log(const spdlog::details::log_msg& line) override;

  /// Returns once all lines that were taken before are written.
  void flush() override;

  /// Lines so far that were dropped, or that could not be written.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.load(); }

  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  void run();
  void write_out(std::string_view text);

  const int descriptor_;
  const std::function<std::string(std::size_t)> describe_loss_;
  Mutex mutex_;
  std::condition_variable wanted_;  ///< Notified when the thread should not wait any longer.
  std::condition_variable written_;
  std::string waiting_ DROPZONE_GUARDED_BY(mutex_);
  std::size_t dropped_ DROPZONE_GUARDED_BY(mutex_) = 0;  ///< Since the last line that reported it.
  std::atomic<std::uint64_t> lost_ = 0;
  std::uint64_t taken_ DROPZONE_GUARDED_BY(mutex_) =
      0;  ///< Bytes taken so far, and of these the written ones.
  std::uint64_t done_ DROPZONE_GUARDED_BY(mutex_) = 0;
  bool hurry_ DROPZONE_GUARDED_BY(mutex_) = false;
  bool stopped_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace dropzone::log
