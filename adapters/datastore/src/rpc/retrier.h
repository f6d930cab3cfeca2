#pragma once

#include <chrono>
#include <random>

#include <dropzone/datastore/options.h>
#include <dropzone/mutex.h>

#include "rpc/rpc.h"

namespace dropzone::datastore {

/// Decides whether what failed is done again, and when: as Google documents it by status, with
/// growing random pauses, within a budget that all calls share. Thread-safe.
class Retrier {
 public:
  explicit Retrier(RetryPolicy policy);

  /// Pauses and returns true if the call that failed with this reply, at its `attempt`-th time
  /// (from 1), is to be done again: ABORTED, UNAVAILABLE, DEADLINE_EXCEEDED and RESOURCE_EXHAUSTED
  /// several times, INTERNAL once, others never; nor what was too large, nor when the call is over.
  bool wait(int attempt, const RpcReply& reply, const CallOptions& call);

  /// A success earns a tenth of a repetition.
  void succeeded();

  /// A pause of any length up to this one, so that those who wait do not all go on at once.
  [[nodiscard]] std::chrono::milliseconds any_pause(std::chrono::milliseconds longest);

 private:
  bool spend(std::chrono::steady_clock::time_point now);
  std::chrono::milliseconds pause(int attempt, const RpcReply& reply);

  const RetryPolicy policy_;
  Mutex mutex_;
  double tokens_ DROPZONE_GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point counted_at_
      DROPZONE_GUARDED_BY(mutex_);  ///< When time last earned any.
  std::minstd_rand random_ DROPZONE_GUARDED_BY(mutex_);
};

/// The attempts at one thing, which may take several calls. Not thread-safe.
class Tries {
 public:
  /// Both must outlive it.
  Tries(Retrier& retrier, const CallOptions& call) : retrier_(retrier), call_(call) {}

  /// Counts an attempt that failed with this reply. Pauses and returns true if there is to be
  /// another.
  bool again(const RpcReply& reply) { return retrier_.wait(++count_, reply, call_); }

  /// Counts a commit that failed because somebody else wrote first. Pauses shortly and returns true
  /// unless the call is over: one of those who write gets through each time, so that this is no
  /// failure of Datastore's, and costs nothing of the budget.
  bool again_after_conflict();
  void succeeded() { retrier_.succeeded(); }

 private:
  Retrier& retrier_;
  const CallOptions& call_;
  int count_ = 0;
  int conflicts_ = 0;
};

}  // namespace dropzone::datastore
