#include "retrier.h"

#include <algorithm>
#include <thread>
#include <utility>

namespace dropzone::datastore {
namespace {

using std::chrono::milliseconds;

constexpr double kEarnedBySuccess = 0.1;
constexpr int kInternalAttempts = 2;
constexpr int kMaxDoublings = 20;

int attempts_for(const RpcReply& reply, const RetryPolicy& policy) {
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
    : Retrier(policy, [](milliseconds pause) { std::this_thread::sleep_for(pause); }) {}

Retrier::Retrier(RetryPolicy policy, Sleep sleep)
    : policy_(policy), sleep_(std::move(sleep)), tokens_(policy.budget) {}

bool Retrier::wait(int attempt, const RpcReply& reply, Deadline deadline) {
  if (attempt >= attempts_for(reply, policy_)) return false;
  const milliseconds length = pause(attempt, reply);
  // A pause that outlasts the deadline would only delay the bad news.
  const auto now = std::chrono::steady_clock::now();
  if (now >= deadline || deadline - now <= length) return false;
  if (!spend()) return false;
  sleep_(length);
  return true;
}

void Retrier::succeeded() {
  const std::lock_guard lock(mutex_);
  tokens_ = std::min(policy_.budget, tokens_ + kEarnedBySuccess);
}

bool Retrier::spend() {
  const std::lock_guard lock(mutex_);
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

milliseconds Retrier::pause(int attempt, const RpcReply& reply) {
  const auto factor = std::int64_t{1} << std::min(attempt - 1, kMaxDoublings);
  const milliseconds ceiling = std::min(policy_.max_backoff, policy_.initial_backoff * factor);
  const std::lock_guard lock(mutex_);
  const milliseconds random(
      std::uniform_int_distribution<std::int64_t>(0, ceiling.count())(random_));
  return std::max(random, reply.retry_after.value_or(milliseconds(0)));
}

}  // namespace dropzone::datastore
