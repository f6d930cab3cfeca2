#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <dropzone/http/message/headers.h>
#include <dropzone/result.h>

namespace dropzone::http {

/// So many requests in a window of time; the whole quota may come at once, and is then refilled
/// evenly over the window (a token bucket). A quota of 0 means no limit.
struct RateLimit {
  std::size_t quota = 0;
  std::chrono::seconds window{1};

  /// Reads `100/s`, `6000/m` or `10000/h`.
  [[nodiscard]] static Result<RateLimit> parse(std::string_view text);
  [[nodiscard]] std::string text() const;

  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

/// The outcome for one request.
struct RateDecision {
  bool allowed = true;
  std::size_t remaining = 0;
  std::chrono::seconds reset{0};        ///< Until the quota is full again.
  std::chrono::seconds retry_after{0};  ///< If refused.
};

/// Counts requests by who sent them, in memory of a fixed size: if there are more senders than
/// places, the one with the fullest bucket of a few is dropped, which weakens the limit least.
/// Thread-safe.
class RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `policy` is the name of the limit in the header fields, a word of letters. Precondition: the
  /// quota is not 0.
  RateLimiter(RateLimit limit, std::string policy, std::size_t places = 64 * 1024);

  /// Null if the quota is 0.
  [[nodiscard]] static std::unique_ptr<RateLimiter> of(RateLimit limit, std::string policy);
  ~RateLimiter();

  /// Takes one request from this sender's quota.
  [[nodiscard]] RateDecision spend(std::string_view sender, Time now);

  /// Adds the fields `RateLimit` and `RateLimit-Policy` of the IETF's draft.
  void add_fields(Headers& headers, const RateDecision& decision) const;

  /// The refusal, `rate_limited`.
  [[nodiscard]] Error refusal(const RateDecision& decision) const;

 private:
  struct Table;

  const RateLimit limit_;
  const std::string policy_;
  const std::chrono::nanoseconds interval_;  ///< From one request's refill to the next.
  std::unique_ptr<Table> table_;
};

}  // namespace dropzone::http
