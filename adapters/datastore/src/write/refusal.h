#pragma once

#include "rpc/rpc.h"
#include "write/commit_writes.h"

namespace dropzone::datastore {

/// Refuses, of records that belong in one commit, the one that Datastore does not take for what it
/// is. `reply` is what it said of all of them. Which one it means is found out by commits that
/// cannot be carried out. An error if no single one is to blame.
Result<void> refuse_unacceptable(const CommitContext& context, const PendingWrites& writes,
                                 const RpcReply& reply);

}  // namespace dropzone::datastore
