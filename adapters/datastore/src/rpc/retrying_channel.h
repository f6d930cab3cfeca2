#pragma once

#include "rpc/retrier.h"
#include "rpc/rpc.h"

namespace dropzone::datastore {

/// Repeats calls that failed for a while. Calls that are not repeatable are passed on as they are.
class RetryingChannel final : public RpcChannel {
 public:
  /// Both must outlive it.
  RetryingChannel(RpcChannel& inner, Retrier& retrier) : inner_(inner), retrier_(retrier) {}

  RpcReply call(const RpcRequest& request) override {
    for (int attempt = 1;; ++attempt) {
      RpcReply reply = inner_.call(request);
      if (reply.ok()) retrier_.succeeded();
      if (reply.ok() || !request.repeatable) return reply;
      if (!retrier_.wait(attempt, reply, request.call)) return reply;
    }
  }

 private:
  RpcChannel& inner_;
  Retrier& retrier_;
};

}  // namespace dropzone::datastore
