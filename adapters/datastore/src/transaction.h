#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "keys.h"
#include "rpc.h"

namespace dropzone::datastore {

/// A read-write transaction of Datastore's. Rolls back unless it was committed: an abandoned one
/// would keep its locks for a minute. Not thread-safe.
class Transaction {
 public:
  /// All must outlive it.
  Transaction(RpcChannel& channel, const Partition& partition, const CallOptions& call)
      : channel_(channel), partition_(partition), call_(call) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  RpcReply begin();
  [[nodiscard]] std::string_view id() const noexcept { return id_; }

  /// `mutations` are the elements of the JSON array.
  RpcReply commit(std::string_view mutations);

 private:
  RpcChannel& channel_;
  const Partition& partition_;
  const CallOptions& call_;
  std::string id_;
};

/// Commits mutations all or none, in one call and a transaction of its own.
RpcReply commit_at_once(RpcChannel& channel, const Partition& partition, std::string_view mutations,
                        const CallOptions& call);

}  // namespace dropzone::datastore
