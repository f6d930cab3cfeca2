#pragma once

#include <atomic>
#include <cstdint>

#include <dropzone/http/server/server.h>

namespace dropzone::http {

/// A figure that one thread changes and any thread reads.
class Counter {
 public:
  void add(std::uint64_t amount = 1) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  void subtract(std::uint64_t amount = 1) noexcept { add(~amount + 1); }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// One I/O thread's share of the server's counters. ServerCounters says what each means.
struct IoCounters {
  Counter connections_open, connections_total, connections_refused;
  Counter requests_total, requests_in_flight, requests_malformed;
  Counter bytes_received, bytes_sent;
  Counter timeouts_idle, timeouts_header, timeouts_body, timeouts_handler, timeouts_write;
  Counter streams_aborted, answers_dropped;

  void add_to(ServerCounters& sum) const noexcept;
};

}  // namespace dropzone::http
