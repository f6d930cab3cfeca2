#include "write/refusal.h"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rpc/lookup.h"
#include "rpc/mutations.h"
#include "rpc/transaction.h"
#include "write/record_states.h"

namespace dropzone::datastore {
namespace {

using Suspects = std::span<PendingWrite* const>;

// A commit of which Datastore says what it thinks of the records, and which it never carries out:
// it also deletes, under a condition, what is not there.
RpcReply try_out(const CommitContext& context, Suspects writes, Tries& tries) {
  Mutations mutations;
  for (const PendingWrite* const write : writes) mutations.add("upsert", write->entity);
  std::string key;
  append_key(key, context.partition, kNoRecord.kind, kNoRecord.id);
  mutations.add("delete", key, "1");
  Transaction transaction(context.transactions, context.channel, context.partition, context.call);
  return transaction.commit(mutations, tries).reply;
}

// Of several writes of one record the last one is committed. An erasure is always acceptable.
std::vector<PendingWrite*> last_of_each(const PendingWrites& writes) {
  std::map<StateKey, PendingWrite*> last;
  for (PendingWrite* const write : writes) {
    if (!write->write->erases && !write->fault) last.insert_or_assign(key_of(*write), write);
  }
  std::vector<PendingWrite*> each;
  each.reserve(last.size());
  for (const auto& [key, write] : last) each.push_back(write);
  return each;
}

}  // namespace

Result<void> refuse_unacceptable(const CommitContext& context, const PendingWrites& writes,
                                 const RpcReply& reply) {
  const std::vector<PendingWrite*> each = last_of_each(writes);
  Suspects suspects = each;
  if (suspects.empty()) return to_error(reply);
  Tries tries(context.retrier, context.call);
  while (suspects.size() > 1) {
    const Suspects left = suspects.first(suspects.size() / 2);
    const Suspects right = suspects.subspan(left.size());
    if (is_unacceptable(try_out(context, left, tries))) {
      suspects = left;
    } else if (is_unacceptable(try_out(context, right, tries))) {
      suspects = right;
    } else {
      return to_error(reply);
    }
  }
  Error error = to_error(reply);
  error.detail = "Datastore does not take the record: " + reply.message;
  suspects.front()->fault = error;
  *suspects.front()->outcome = {WriteStatus::refused, std::move(error), {}};
  return {};
}

}  // namespace dropzone::datastore
