#include "provider_keys.h"

#include <algorithm>
#include <utility>

#include "discovery.h"

namespace dropzone::oidc {
namespace {

using std::chrono::steady_clock;

// So that tokens that name keys at random cannot occupy all workers of a server.
constexpr std::size_t kMostWaiting = 8;

Error unavailable(std::string_view detail) {
  return {.code = ErrorCode::unavailable, .detail = std::string(detail), .retry_after = 1};
}

}  // namespace

ProviderKeys::ProviderKeys(const Provider& provider)
    : provider_(provider),
      fetcher_(provider.ca_file),
      pause_(provider.timing.retry),
      thread_([this] { run(); }) {}

ProviderKeys::~ProviderKeys() {
  fetcher_.stop();
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wanted_.notify_all();
  thread_.join();
}

Result<ProviderKeys::Keys> ProviderKeys::keys_for(const jose::TokenHeader& header) {
  MutexLock lock(mutex_);
  const auto knows = [&]() DROPZONE_REQUIRES(mutex_) { return usable() && keys_->knows(header); };
  if (knows()) return keys_;
  if (fetching_ || may_fetch()) {
    if (waiting_ >= kMostWaiting || !wait_for_fetch(lock)) {
      return unavailable("The provider's keys are being fetched.");
    }
    if (knows()) return keys_;
  }
  if (error_ || !usable()) {
    Error error = unavailable("The provider's keys cannot be had just now.");
    if (error_) error.cause = error_->detail;
    return error;
  }
  return keys_;
}

bool ProviderKeys::wait_for_fetch(MutexLock& lock) {
  const std::uint64_t seen = fetches_;
  if (!fetching_) next_fetch_ = steady_clock::now();
  wanted_.notify_one();
  ++waiting_;
  const bool ended =
      fetched_.wait_for(lock, provider_.timing.patience,
                        [&]() DROPZONE_REQUIRES(mutex_) { return fetches_ != seen; });
  --waiting_;
  return ended;
}

ProviderKeys::Keys ProviderKeys::usable() const {
  return steady_clock::now() - keys_at_ < provider_.timing.stale ? keys_ : nullptr;
}

bool ProviderKeys::may_fetch() const {
  return !last_fetch_ || steady_clock::now() - *last_fetch_ >= provider_.timing.unknown_key;
}

void ProviderKeys::run() {
  MutexLock lock(mutex_);
  while (!stopping_) {
    fetching_ = steady_clock::now() >= next_fetch_;
    if (!fetching_) {
      wanted_.wait_until(lock, next_fetch_);
      continue;
    }
    lock.unlock();
    auto fetched = discover_keys(fetcher_, provider_.issuer, provider_.timing.fetch);
    const Result<void> outcome = fetched ? Result<void>() : fetched.error();
    lock.lock();
    if (stopping_) return;
    const bool has_changed = note(std::move(fetched));
    fetched_.notify_all();
    if (!has_changed) continue;
    lock.unlock();
    provider_.on_change(outcome);
    lock.lock();
  }
}

bool ProviderKeys::note(Result<jose::KeySet> fetched) {
  const auto now = steady_clock::now();
  const bool has_changed = fetches_ == 0 || error_.has_value() == fetched.has_value();
  fetching_ = false;
  ++fetches_;
  last_fetch_ = now;
  if (fetched) {
    keys_ = std::make_shared<const jose::KeySet>(*std::move(fetched));
    keys_at_ = now;
    error_.reset();
    pause_ = provider_.timing.retry;
    next_fetch_ = now + provider_.timing.refresh;
  } else {
    error_ = fetched.error();
    next_fetch_ = now + pause_;
    pause_ = std::min(2 * pause_, provider_.timing.max_retry);
  }
  return has_changed;
}

}  // namespace dropzone::oidc
