#pragma once

#include <optional>
#include <vector>

#include <dropzone/store/record_repository.h>

#include "rpc/keys.h"
#include "rpc/retrier.h"
#include "rpc/rpc.h"
#include "rpc/transaction_supply.h"
#include "write/key_lock_table.h"
#include "write/pending_write.h"

namespace dropzone::datastore {

/// After so many conflicts with other writers, a commit of several records is split.
inline constexpr int kMaxConflicts = 2;

/// What commits need.
struct CommitContext {
  RpcChannel& channel;
  Retrier& retrier;
  TransactionSupply& transactions;
  KeyLockTable& gate;
  const Partition& partition;
  const CallOptions& call;
};

/// Inserts records of different keys in one commit, unread. Those that are there already are
/// refused, or skipped if they are to be, and the rest is still inserted. With
/// Atomicity::atomic, nothing is inserted once one is refused, whatever the outcomes of the others
/// say, and what skips is commit_conditionally()'s.
Result<void> commit_insertions(const CommitContext& context, PendingWrites writes,
                               Atomicity atomicity);

/// The receipts of a batch.
struct BatchReceipts {
  const Receipts& receipts;
  const Write* batch = nullptr;                 ///< Its first write.
  std::optional<Error> refusal = std::nullopt;  ///< Of a receipt.
};

/// Writes records of any keys, one after the other, in one commit: looks up what is there and
/// commits what follows from it, under the condition that it is still so. Joined writes are done
/// together or not at all. With receipts, which may be null, the writes are such as follow each
/// other in the batch.
Result<void> commit_conditionally(const CommitContext& context, PendingWrites writes,
                                  BatchReceipts* receipts);

}  // namespace dropzone::datastore
