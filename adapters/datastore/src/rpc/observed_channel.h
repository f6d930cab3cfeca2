#pragma once

#include <dropzone/datastore/rpc_observer.h>

#include "rpc/rpc.h"

namespace dropzone::datastore {

/// Reports each call to an observer.
class ObservedChannel final : public RpcChannel {
 public:
  /// Both must outlive it.
  ObservedChannel(RpcChannel& inner, RpcObserver& observer) : inner_(inner), observer_(observer) {}

  RpcReply call(const RpcRequest& request) override {
    const auto start = std::chrono::steady_clock::now();
    RpcReply reply = inner_.call(request);
    observer_.attempted({.method = request.method,
                         .status = status_name(reply.status),
                         .latency = std::chrono::steady_clock::now() - start,
                         .request_bytes = request.body.size()});
    return reply;
  }

 private:
  RpcChannel& inner_;
  RpcObserver& observer_;
};

}  // namespace dropzone::datastore
