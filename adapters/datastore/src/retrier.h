#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <random>

#include <dropzone/datastore/options.h>

#include "rpc.h"

namespace dropzone::datastore {

/// Decides whether what failed is done again, and when: as Google documents it by status, with
/// growing random pauses, within a budget that all calls share. Thread-safe.
class Retrier {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;

  explicit Retrier(RetryPolicy policy);
  Retrier(RetryPolicy policy, Sleep sleep);

  /// Pauses and returns true if the call that failed with this reply, at its `attempt`-th time
  /// (from 1), is to be done again: ABORTED, UNAVAILABLE, DEADLINE_EXCEEDED and RESOURCE_EXHAUSTED
  /// several times, INTERNAL once, others never; nor what was too large.
  bool wait(int attempt, const RpcReply& reply, Deadline deadline);

  /// A success earns a tenth of a repetition.
  void succeeded();

 private:
  bool spend();
  std::chrono::milliseconds pause(int attempt, const RpcReply& reply);

  const RetryPolicy policy_;
  const Sleep sleep_;
  std::mutex mutex_;
  double tokens_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace dropzone::datastore
