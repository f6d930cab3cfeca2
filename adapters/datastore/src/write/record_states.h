#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <dropzone/store/write_decision.h>
#include <dropzone/value/timestamp.h>

#include "entity/entity_decoder.h"
#include "rpc/rpc.h"
#include "rpc/transaction.h"
#include "write/commit_writes.h"

namespace dropzone::datastore {

/// A record's kind and id.
using StateKey = std::pair<std::string, std::string>;

[[nodiscard]] inline StateKey key_of(const PendingWrite& write) {
  return {write.write->kind, write.write->id};
}

/// What is there of a record.
struct State {
  std::string version;  ///< Ours.
  Timestamp created_at;
  Timestamp updated_at;
  std::string entity_version;  ///< Datastore's, for conditions on it.
};
using States = std::map<StateKey, State>;

/// For the decision about a write; null if there is no such record.
[[nodiscard]] inline std::optional<PresentRecord> present_as(const State* state) {
  if (!state) return std::nullopt;
  return PresentRecord{.version = state->version, .created_at = state->created_at};
}

/// Reads the states of those of the records that are there. A version shows whether another program
/// changed the record only if the whole of it was read.
RpcReply read_states(const CommitContext& context, const std::set<StateKey>& keys, Extent extent,
                     States& states);

/// As read_states(), for a commit that depends on them: within the transaction if that is
/// requested, or if Datastore does not give the versions that conditions need.
RpcReply read_states_for(Transaction& transaction, bool within, const CommitContext& context,
                         const std::set<StateKey>& keys, Extent extent, States& states);

}  // namespace dropzone::datastore
