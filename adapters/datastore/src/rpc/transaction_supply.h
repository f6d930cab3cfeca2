#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <stop_token>
#include <string>
#include <thread>

#include <dropzone/mutex.h>

#include "rpc/keys.h"
#include "rpc/rpc.h"

namespace dropzone::datastore {

/// Begins transactions ahead of their commits, as many as are in use, so that a commit seldom waits
/// for its beginning. One that is not used holds no lock and expires at Datastore's. Thread-safe.
class TransactionSupply {
 public:
  /// Counts somebody who is to commit, for as long as it lives.
  class Use {
   public:
    explicit Use(TransactionSupply& supply);
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;
    ~Use();

   private:
    TransactionSupply& supply_;
  };

  /// Both must outlive it.
  TransactionSupply(RpcChannel& channel, const Partition& partition);

  /// Gives the name of a transaction that nobody has used.
  RpcReply take(const CallOptions& call, std::string& name);

 private:
  struct Begun {
    std::string name;
    std::chrono::steady_clock::time_point at;
  };

  RpcReply begin(const CallOptions& call, std::string& name);
  [[nodiscard]] bool wants_more() const DROPZONE_REQUIRES(mutex_);
  void run(const std::stop_token& stop);

  RpcChannel& channel_;
  const Partition& partition_;
  Mutex mutex_;
  std::condition_variable_any wanted_;
  std::deque<Begun> stock_ DROPZONE_GUARDED_BY(mutex_);
  std::size_t in_use_ DROPZONE_GUARDED_BY(mutex_) = 0;
  std::jthread thread_;  ///< Last: it uses the others.
};

}  // namespace dropzone::datastore
