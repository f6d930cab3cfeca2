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

/// Counts the refusals of a transaction's commits. The first may concern the transaction itself,
/// not what it was to write: it has expired, or the commit was carried out, its answer lost, and
/// the connection's library has sent it again. Another transaction tells.
class Refusals {
 public:
  /// Whether this failure is worth another transaction.
  [[nodiscard]] bool may_be_of_transaction(const RpcReply& reply) noexcept {
    return reply.status == RpcStatus::invalid_argument && seen_++ == 0;
  }

 private:
  int seen_ = 0;
};

/// Commits mutations all or none, in one call and a transaction of its own.
RpcReply commit_at_once(RpcChannel& channel, const Partition& partition, std::string_view mutations,
                        const CallOptions& call);

}  // namespace dropzone::datastore
