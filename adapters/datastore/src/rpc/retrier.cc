#include "rpc/retrier.h"

#include <algorithm>

#include <dropzone/call/waiting.h>
#include <dropzone/random_bits.h>

namespace dropzone::datastore {
namespace {

using std::chrono::milliseconds;

constexpr double kEarnedBySuccess = 0.1;
constexpr double kEarnedBySecond = 5;
constexpr int kInternalAttempts = 2;
constexpr int kMaxDoublings = 20;
constexpr milliseconds kConflictPause{5};
constexpr milliseconds kLongestConflictPause{200};

int attempts_for(const RpcReply& reply, const RetryPolicy& policy) {
  if (reply.no_memory) return 1;
  switch (reply.status) {
    case RpcStatus::aborted:
    case RpcStatus::unavailable:
    case RpcStatus::deadline_exceeded: return policy.max_attempts;
    case RpcStatus::resource_exhausted: return is_size_fault(reply) ? 1 : policy.max_attempts;
    case RpcStatus::internal: return std::min(kInternalAttempts, policy.max_attempts);
    default: return 1;
  }
}

}  // namespace

Retrier::Retrier(RetryPolicy policy)
    : policy_(policy),
      tokens_(policy.budget),
      counted_at_(std::chrono::steady_clock::now()),
      random_(static_cast<std::uint32_t>(random_bits())) {}

bool Retrier::wait(int attempt, const RpcReply& reply, const CallOptions& call) {
  if (attempt >= attempts_for(reply, policy_)) return false;
  const milliseconds length = pause(attempt, reply);
  // A pause that outlasts the deadline would only delay the bad news.
  const auto now = std::chrono::steady_clock::now();
  if (now >= call.deadline || call.deadline - now <= length) return false;
  return spend(now) && sleep_unless_stopped(length, call.stop);
}

void Retrier::succeeded() {
  const MutexLock lock(mutex_);
  tokens_ = std::min(policy_.budget, tokens_ + kEarnedBySuccess);
}

bool Retrier::spend(std::chrono::steady_clock::time_point now) {
  const MutexLock lock(mutex_);
  const std::chrono::duration<double> passed = now - counted_at_;
  counted_at_ = now;
  tokens_ = std::min(policy_.budget, tokens_ + passed.count() * kEarnedBySecond);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

milliseconds Retrier::pause(int attempt, const RpcReply& reply) {
  const auto factor = std::int64_t{1} << std::min(attempt - 1, kMaxDoublings);
  const milliseconds ceiling = std::min(policy_.max_backoff, policy_.initial_backoff * factor);
  return std::max(any_pause(ceiling), reply.retry_after.value_or(milliseconds(0)));
}

milliseconds Retrier::any_pause(milliseconds longest) {
  const MutexLock lock(mutex_);
  return milliseconds(std::uniform_int_distribution<std::int64_t>(0, longest.count())(random_));
}

bool Tries::again_after_conflict() {
  const auto ceiling =
      std::min(kLongestConflictPause, kConflictPause * (1 << std::min(conflicts_++, 6)));
  const milliseconds pause = retrier_.any_pause(ceiling);
  return !call_.is_over() && sleep_unless_stopped(pause, call_.stop) && !call_.is_over();
}

}  // namespace dropzone::datastore
