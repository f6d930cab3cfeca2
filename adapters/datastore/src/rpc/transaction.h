#pragma once

#include <cstdint>
#include <string>

#include "rpc/keys.h"
#include "rpc/mutations.h"
#include "rpc/retrier.h"
#include "rpc/rpc.h"
#include "rpc/transaction_supply.h"

namespace dropzone::datastore {

/// What became of a commit.
enum class Fate : std::uint8_t {
  done,
  not_done,  ///< Datastore said so, or was not reached.
  /// The transaction had been used up by an attempt whose answer was lost. That one was carried
  /// out, or refused: it has no further effect.
  spent,
  unknown,  ///< There was no answer, and it may be carried out yet.
};

struct CommitResult {
  Fate fate = Fate::not_done;
  RpcReply reply = {};  ///< Of the last attempt.
};

/// A read-write transaction of Datastore's, which makes that a commit is carried out once at most,
/// though answers are lost and networks deliver twice: it serves for one commit, and a repetition
/// of one that was carried out is refused. Not thread-safe.
class Transaction {
 public:
  /// All must outlive it.
  Transaction(TransactionSupply& supply, RpcChannel& channel, const Partition& partition,
              const CallOptions& call)
      : supply_(supply), channel_(channel), partition_(partition), call_(call) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  /// Rolls back what has read and is not known to have ended, so that no lock is left: a commit
  /// that is refused may leave it open.
  ~Transaction();

  /// Begins it, for reads within it. They lock what they read, or make the commit fail if
  /// another has changed it since.
  RpcReply begin();
  /// Its name, as reads within it give it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Carries out the mutations, all or none; begins it if that has not been done. What failed
  /// without a word of what became of it is repeated. Once.
  CommitResult commit(const Mutations& mutations, Tries& tries);

 private:
  TransactionSupply& supply_;
  RpcChannel& channel_;
  const Partition& partition_;
  const CallOptions& call_;
  TransactionSupply::Use use_{supply_};
  std::string name_;
  bool open_ = false;  ///< It has read, and may have locks.
};

}  // namespace dropzone::datastore
