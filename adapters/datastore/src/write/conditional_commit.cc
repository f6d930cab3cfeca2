#include "write/conditional_commit.h"

#include <utility>

#include "rpc/transaction.h"

namespace dropzone::datastore {
namespace {

// So often all is tried at once.
constexpr int kMaxConflicts = 2;

// Somebody else wrote between our look and our commit, or our transaction has expired.
bool is_conflict(const RpcReply& reply) {
  return reply.status == RpcStatus::failed_precondition ||
         reply.status == RpcStatus::already_exists || is_transaction_over(reply);
}

class Attempts {
 public:
  Attempts(const CommitContext& context, Changes& changes, Reading reading, Tries& tries)
      : context_(context),
        changes_(changes),
        reading_(reading),
        tries_(tries),
        keys_(changes.keys()),
        extent_(changes.name_versions() ? Extent::whole : Extent::masked) {}

  Result<void> run() {
    for (;;) {
      const CommitResult result = try_once();
      if (result.fate == Fate::done) return {};
      if (result.fate != Fate::not_done) {
        const auto settled = resolve_outcome(result);
        if (!settled) return settled.error();
        if (*settled) return {};
      }
      if (result.fate != Fate::not_done || is_conflict(result.reply)) {
        if (!tries_.again_after_conflict()) return written_by_others();
        if (++conflicts_ < kMaxConflicts) continue;
        // Among many busy records somebody writes one of them each time.
        if (const auto halves = changes_.halves(); !halves.empty()) return run_each(halves);
        if (keys_.size() > 1) reading_ = Reading::locked;
      } else if (is_unacceptable(result.reply)) {
        if (const auto halves = changes_.halves(); !halves.empty()) return run_each(halves);
        DROPZONE_TRY(const bool again, changes_.refuse(context_, result.reply));
        if (!again) return {};
      } else if (!tries_.again(result.reply)) {
        return to_error(result.reply);
      }
    }
  }

 private:
  CommitResult try_once() {
    Transaction transaction(context_.transactions, context_.channel, context_.partition,
                            context_.call);
    RpcReply reply =
        read_states_for(transaction, reading_ == Reading::locked, context_, keys_, extent_, there_);
    if (!reply.ok()) return {Fate::not_done, std::move(reply)};
    planned_.clear();
    const Mutations mutations = changes_.plan(there_, planned_);
    if (mutations.empty()) return {Fate::done, {}};
    return transaction.commit(mutations, tries_);
  }

  // Finds out what became of a commit without an answer: true if it was carried out, false if it
  // was not and never will be.
  Result<bool> resolve_outcome(const CommitResult& result) {
    States now;
    if (const RpcReply reply = read_states(context_, keys_, extent_, now); !reply.ok()) {
      return outcome_unknown(reply);
    }
    bool as_before = true;
    const auto witness = changes_.witness();
    for (const auto& [key, version] : planned_) {
      const auto found = now.find(key);
      if (version && found != now.end() && found->second.version == *version) return true;
      if (witness && key != *witness) continue;
      const auto before = there_.find(key);
      const bool was_missing = before == there_.end();
      const bool is_missing = found == now.end();
      // What was missing and is missing may have been there in between, unless nobody erases it;
      // and what is gone may have been deleted by somebody else.
      as_before &= was_missing || is_missing ? witness && was_missing == is_missing
                                             : found->second.version == before->second.version;
    }
    if (result.fate == Fate::spent && as_before) return false;
    return outcome_unknown(result.reply);
  }

  Result<void> run_each(const std::vector<std::unique_ptr<Changes>>& parts) {
    bool wrote_any = false;
    for (const auto& part : parts) {
      auto done = Attempts(context_, *part, reading_, tries_).run();
      if (!done) return wrote_any ? outcome_unknown(std::move(done).error()) : done;
      wrote_any = true;
    }
    return {};
  }

  const CommitContext& context_;
  Changes& changes_;
  Reading reading_;
  Tries& tries_;
  const std::set<StateKey> keys_;
  const Extent extent_;
  int conflicts_ = 0;
  States there_;               ///< As the last attempt found them.
  Changes::Versions planned_;  ///< What it was to make of them.
};

}  // namespace

Result<void> commit_changes(const CommitContext& context, Changes& changes, Reading reading) {
  const std::set<StateKey> keys = changes.keys();
  const KeyLockTable::Pass pass = context.gate.enter({keys.begin(), keys.end()}, context.call);
  if (!pass) return deadline_exceeded();
  Tries tries(context.retrier, context.call);
  return Attempts(context, changes, reading, tries).run();
}

}  // namespace dropzone::datastore
