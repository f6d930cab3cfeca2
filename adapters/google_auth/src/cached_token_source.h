#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include <dropzone/google_auth/token_source.h>
#include <dropzone/mutex.h>
#include "access_token.h"

namespace dropzone::google_auth {

/// Keeps a token and renews it before it expires, on a thread of its own: no call waits for a new
/// token while there is a good one.
class CachedTokenSource final : public TokenSource {
 public:
  struct Timing {
    /// How long before its end a token is renewed; one with a short life, at half of it, but no
    /// later than twice `unusable_ahead` before its end.
    std::chrono::milliseconds renew_ahead{225'000};
    /// A token is not used so shortly before its end.
    std::chrono::milliseconds unusable_ahead{10'000};
    std::chrono::milliseconds retry_pause{1'000};  ///< After a failure, doubled each time.
    std::chrono::milliseconds max_retry_pause{60'000};
  };

  /// Begins to fetch at once.
  CachedTokenSource(std::unique_ptr<TokenFetcher> fetcher, std::string quota_project);
  CachedTokenSource(std::unique_ptr<TokenFetcher> fetcher, std::string quota_project,
                    Timing timing);
  ~CachedTokenSource() override;

  Result<std::string> token(const CallOptions& call) override;
  void refuse(const std::string& token) override;
  [[nodiscard]] std::string quota_project() const override { return quota_project_; }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;

  void run();
  void note(Result<AccessToken> fetched) DROPZONE_REQUIRES(mutex_);
  [[nodiscard]] bool is_usable() const DROPZONE_REQUIRES(mutex_);

  const std::unique_ptr<TokenFetcher> fetcher_;
  const std::string quota_project_;
  const Timing timing_;

  Mutex mutex_;
  std::condition_variable_any fetched_;  ///< An attempt has ended.
  std::condition_variable wanted_;       ///< Somebody waits, or it is over.
  std::optional<AccessToken> token_ DROPZONE_GUARDED_BY(mutex_);
  std::optional<Error> error_ DROPZONE_GUARDED_BY(mutex_);  ///< Of the last attempt.
  std::uint64_t attempts_ DROPZONE_GUARDED_BY(mutex_) = 0;
  TimePoint last_attempt_ DROPZONE_GUARDED_BY(mutex_) = TimePoint::min();
  TimePoint next_attempt_ DROPZONE_GUARDED_BY(mutex_) = TimePoint::min();
  std::chrono::milliseconds pause_ DROPZONE_GUARDED_BY(mutex_);
  bool stopping_ DROPZONE_GUARDED_BY(mutex_) = false;
  std::stop_source stop_;  ///< Ends a fetch that is under way.
  std::thread thread_;
};

}  // namespace dropzone::google_auth
