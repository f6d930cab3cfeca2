#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include <curl/curl.h>

#include <dropzone/curl/http_client.h>
#include <dropzone/mutex.h>

#include "libcurl.h"

namespace dropzone::curl {

class Loop;

/// One request on its way. Its owner waits until it is done.
struct Transfer {
  const HttpRequest* request = nullptr;
  HttpResponse response;
  EasyHandle handle;
  Loop* loop = nullptr;      ///< That runs it.
  std::uint64_t number = 0;  ///< Of the loop's: addresses are used again.
  HeaderList headers;
  bool was_sent = false;  ///< Counted for requests that are not repeatable.
  std::size_t max_response_bytes = 0;
  std::size_t memory_of_byte = 1;
  std::chrono::steady_clock::time_point started;

  Mutex mutex;
  std::condition_variable finished;
  bool done DROPZONE_GUARDED_BY(mutex) = false;
};

/// The thread that runs transfers, and the connections that they share: libcurl lets one thread at
/// a time touch these. Its connections close with it. Thread-safe.
class Loop {
 public:
  explicit Loop(const HttpClient::Options& options);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Precondition: no transfer is under way.
  ~Loop();

  /// Runs the transfer, until it is done or was cancelled.
  void start(Transfer& transfer);

  /// Ends the transfer as `cancelled`, unless it is done already.
  void cancel(const Transfer& transfer);

  /// Whether anything has arrived over any of the connections since then.
  [[nodiscard]] bool heard_since(std::chrono::steady_clock::time_point moment) const noexcept {
    return last_heard_.load(std::memory_order_relaxed) > moment;
  }

 private:
  void prepare(Transfer& transfer);
  void run();
  void start_waiting();
  void end_cancelled();
  void collect_finished();
  static int allow_once(void* user, char* remote_ip, char* local_ip, int remote_port,
                        int local_port);
  static std::size_t receive_body(char* data, std::size_t, std::size_t size, void* transfer);
  static std::size_t receive_header(char* data, std::size_t, std::size_t size, void* transfer);

  const HttpClient::Options options_;
  CURLM* multi_ = nullptr;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::chrono::steady_clock::time_point> last_heard_{};
  Mutex mutex_;
  std::vector<Transfer*> waiting_ DROPZONE_GUARDED_BY(mutex_);
  std::vector<std::uint64_t> cancelled_ DROPZONE_GUARDED_BY(mutex_);
  std::uint64_t started_ = 0;
  std::vector<Transfer*> running_;  ///< Of the thread alone.
  std::thread thread_;
};

}  // namespace dropzone::curl
