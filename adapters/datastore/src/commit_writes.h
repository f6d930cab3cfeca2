#pragma once

#include <vector>

#include <dropzone/record_repository.h>

#include "key_gate.h"
#include "keys.h"
#include "pending_write.h"
#include "retrier.h"
#include "rpc.h"

namespace dropzone::datastore {

/// What commits need.
struct CommitContext {
  RpcChannel& channel;
  Retrier& retrier;
  KeyGate& gate;
  const Partition& partition;
  const CallOptions& call;
};

/// Inserts records of different keys in one commit, unread. Those that are there already are
/// refused, or skipped if they are to be, and the rest is inserted all the same: where one is to be
/// skipped, by commit_transaction(). With Atomicity::atomic, nothing is inserted once one is
/// refused, whatever the outcomes of the others say.
Result<void> commit_insertions(const CommitContext& context, PendingWrites writes,
                               Atomicity atomicity);

/// Writes records of any keys, one after the other, in one transaction: looks up what is there and
/// commits what follows from it. With Atomicity::atomic, nothing is written if one is refused,
/// whatever the outcomes of the others say. With `tried`, they may have been carried out already,
/// by a commit whose answer was lost: where what is there shows that, the outcomes stay as the
/// caller set them.
Result<void> commit_transaction(const CommitContext& context, PendingWrites writes,
                                Atomicity atomicity, bool tried = false);

/// Refuses a record that Datastore does not take for what it is.
void refuse_unacceptable(PendingWrite& write, const RpcReply& reply);

}  // namespace dropzone::datastore
