#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rpc/mutations.h"
#include "rpc/transaction.h"
#include "write/commit_writes.h"
#include "write/record_states.h"
#include "write/refusal.h"

namespace dropzone::datastore {
namespace {

// How often others may take away what just kept us from inserting.
constexpr int kMaxRounds = 5;

void create(const PendingWrites& writes) {
  for (PendingWrite* const write : writes) {
    *write->outcome = {WriteStatus::created, {}, write->write->meta.created_at};
  }
}

CommitResult insert(const CommitContext& context, const PendingWrites& writes, Tries& tries) {
  Mutations mutations;
  for (const PendingWrite* const write : writes) mutations.add("insert", write->entity);
  Transaction transaction(context.transactions, context.channel, context.partition, context.call);
  return transaction.commit(mutations, tries);
}

RpcReply find_existing(const CommitContext& context, const PendingWrites& writes, States& states) {
  std::set<StateKey> keys;
  for (const PendingWrite* const write : writes) keys.insert(key_of(*write));
  return read_states(context, keys, Extent::masked, states);
}

bool is_ours(const State& state, const RecordMeta& ours) {
  if (state.version == ours.version) return true;
  // Who replaced it since has kept its time of creation.
  return state.created_at == ours.created_at && state.updated_at != ours.updated_at;
}

// Whether one of them is there by an attempt whose answer was lost. Then all were: a commit is
// carried out whole.
bool are_ours(const PendingWrites& writes, const States& states) {
  return std::any_of(writes.begin(), writes.end(), [&](const PendingWrite* write) {
    const auto found = states.find(key_of(*write));
    return found != states.end() && is_ours(found->second, write->write->meta);
  });
}

// Takes out those that are there, and all once one of an atomic batch is refused.
void drop_existing(PendingWrites& writes, const States& states, Atomicity atomicity) {
  PendingWrites rest;
  for (PendingWrite* const write : writes) {
    const auto found = states.find(key_of(*write));
    if (found == states.end()) {
      rest.push_back(write);
      continue;
    }
    *write->outcome = decide(*write->write, present_as(&found->second));
    const bool is_refused = write->outcome->status == WriteStatus::refused;
    if (is_refused && atomicity == Atomicity::atomic) return writes.clear();
  }
  writes = std::move(rest);
}

// Finds out which of the records Datastore does not take.
Result<void> insert_halves(const CommitContext& context, const PendingWrites& writes) {
  const auto middle = writes.begin() + static_cast<std::ptrdiff_t>(writes.size() / 2);
  auto done = commit_insertions(context, {writes.begin(), middle}, Atomicity::partial);
  if (!done) return done;
  done = commit_insertions(context, {middle, writes.end()}, Atomicity::partial);
  if (!done) return outcome_unknown(std::move(done).error());  // The first half is written.
  return done;
}

}  // namespace

Result<void> commit_insertions(const CommitContext& context, PendingWrites writes,
                               Atomicity atomicity) {
  Tries tries(context.retrier, context.call);
  for (int round = 0; round < kMaxRounds && !writes.empty(); ++round) {
    const CommitResult result = insert(context, writes, tries);
    const RpcReply& reply = result.reply;
    if (result.fate == Fate::done) return create(writes), Result<void>();
    if (result.fate == Fate::not_done && is_unacceptable(reply)) {
      const bool divides = atomicity == Atomicity::partial && writes.size() > 1;
      return divides ? insert_halves(context, writes) : refuse_unacceptable(context, writes, reply);
    }
    if (result.fate == Fate::not_done && reply.status != RpcStatus::already_exists) {
      if (!tries.again(reply)) return to_error(reply);
      --round;  // Nobody took anything away.
      continue;
    }

    States states;
    if (const RpcReply found = find_existing(context, writes, states); !found.ok()) {
      return result.fate == Fate::not_done ? to_error(found) : outcome_unknown(found);
    }
    if (result.fate != Fate::not_done) {
      if (are_ours(writes, states)) return create(writes), Result<void>();
      // They may have been stored, and deleted since, and some of them stored by others: not to be
      // stored again.
      return outcome_unknown(reply);
    }
    drop_existing(writes, states, atomicity);
  }
  if (writes.empty()) return {};
  return written_by_others();
}

}  // namespace dropzone::datastore
