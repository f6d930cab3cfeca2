#include "cached_token_source.h"

#include <algorithm>
#include <utility>

#include <dropzone/call/waiting.h>

namespace dropzone::google_auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kFetchTimeout{30};

}  // namespace

CachedTokenSource::CachedTokenSource(std::unique_ptr<TokenFetcher> fetcher,
                                     std::string quota_project)
    : CachedTokenSource(std::move(fetcher), std::move(quota_project), Timing{}) {}

CachedTokenSource::CachedTokenSource(std::unique_ptr<TokenFetcher> fetcher,
                                     std::string quota_project, Timing timing)
    : fetcher_(std::move(fetcher)),
      quota_project_(std::move(quota_project)),
      timing_(timing),
      pause_(timing.retry_pause),
      thread_([this] { run(); }) {}

CachedTokenSource::~CachedTokenSource() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.request_stop();
  wanted_.notify_all();
  thread_.join();
}

Result<std::string> CachedTokenSource::token(const CallOptions& call) {
  MutexLock lock(mutex_);
  if (is_usable()) return token_->token;
  // The attempt under way will do, and if there is none, the next one: it need not wait its turn
  // unless the last one failed just now.
  const std::uint64_t seen = attempts_;
  const auto has_ended = [&]() DROPZONE_REQUIRES(mutex_) {
    return is_usable() || attempts_ != seen || stopping_;
  };
  if (error_ && steady_clock::now() < next_attempt_) return *error_;
  wanted_.notify_one();
  if (!wait_until_over(fetched_, lock, call, has_ended)) {
    return Error{ErrorCode::deadline_exceeded, "Google's token endpoint did not answer in time."};
  }
  if (is_usable()) return token_->token;
  return error_.value_or(Error{ErrorCode::unavailable, "There is no usable token."});
}

void CachedTokenSource::refuse(const std::string& token) {
  const MutexLock lock(mutex_);
  if (!token_ || token_->token != token) return;
  token_.reset();
  error_.reset();
  // Should every token be refused, not each call asks for another.
  next_attempt_ = last_attempt_ + timing_.retry_pause;
  wanted_.notify_one();
}

void CachedTokenSource::run() {
  MutexLock lock(mutex_);
  while (!stopping_) {
    if (steady_clock::now() < next_attempt_) {
      wanted_.wait_until(lock, next_attempt_);
      continue;
    }
    lock.unlock();
    CallOptions call(steady_clock::now() + kFetchTimeout);
    call.stop = stop_.get_token();
    auto fetched = fetcher_->fetch(call);
    lock.lock();
    last_attempt_ = steady_clock::now();
    note(std::move(fetched));
    fetched_.notify_all();
  }
}

void CachedTokenSource::note(Result<AccessToken> fetched) {
  ++attempts_;
  const auto now = steady_clock::now();
  if (!fetched) {
    error_ = std::move(fetched).error();
    next_attempt_ = now + pause_;
    pause_ = std::min(2 * pause_, timing_.max_retry_pause);
    return;
  }
  error_.reset();
  pause_ = timing_.retry_pause;
  token_ = *std::move(fetched);
  const auto life = std::max(token_->expires_at - now, steady_clock::duration::zero());
  // Half of a short life may be too late: the token must still be good while it is renewed.
  const auto ahead = std::min<steady_clock::duration>(
      timing_.renew_ahead, std::max<steady_clock::duration>(life / 2, 2 * timing_.unusable_ahead));
  // One that has no life left is not asked for over and over.
  next_attempt_ = std::max(token_->expires_at - ahead, now + timing_.retry_pause);
}

bool CachedTokenSource::is_usable() const {
  if (!token_) return false;
  return steady_clock::now() + timing_.unusable_ahead < token_->expires_at;
}

}  // namespace dropzone::google_auth
