#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "rpc/mutations.h"
#include "rpc/transaction.h"
#include "write/commit_writes.h"
#include "write/record_states.h"
#include "write/record_writer.h"

namespace dropzone::datastore {
namespace {

/// Erases some records of a kind in one commit.
class Erasure {
 public:
  Erasure(const CommitContext& context, const std::string& kind, std::span<const Erase> erases,
          std::span<EraseStatus> statuses)
      : context_(context), kind_(kind), erases_(erases), statuses_(statuses) {
    for (const Erase& erase : erases_) {
      if (is_key(erase.id)) keys_.emplace(kind_, erase.id);
    }
  }

  Result<void> run() {
    const KeyGate::Pass pass = context_.gate.enter({keys_.begin(), keys_.end()}, context_.call);
    if (!pass) return too_late();
    Tries tries(context_.retrier, context_.call);
    return run(tries);
  }

 private:
  Result<void> run(Tries& tries) {
    for (int conflicts = 0;;) {
      const CommitResult result = try_once(tries);
      if (result.fate == Fate::done) return {};
      if (result.fate != Fate::not_done) {
        const auto settled = settle(result);
        if (!settled) return settled.error();
        if (*settled) return {};
        continue;
      }
      if (result.reply.status == RpcStatus::failed_precondition) {
        // Somebody else wrote between our look and our commit.
        if (!tries.again_after_conflict()) return written_by_others();
        if (++conflicts >= kMaxConflicts && erases_.size() > 1) return split(tries);
        continue;
      }
      if (!tries.again(result.reply)) return to_error(result.reply);
    }
  }

  // Among many busy records somebody writes one of them each time.
  Result<void> split(Tries& tries) {
    const std::size_t middle = erases_.size() / 2;
    auto done = Erasure(context_, kind_, erases_.first(middle), statuses_.first(middle)).run(tries);
    if (!done) return done;
    done = Erasure(context_, kind_, erases_.subspan(middle), statuses_.subspan(middle)).run(tries);
    if (!done) return outcome_unknown(std::move(done).error());  // The first half is erased.
    return done;
  }

  CommitResult try_once(Tries& tries) {
    Transaction transaction(context_.transactions, context_.channel, context_.partition,
                            context_.call);
    RpcReply reply = read_states_for(transaction, false, context_, keys_, states_);
    if (!reply.ok()) return {Fate::not_done, std::move(reply)};
    const Mutations mutations = play();
    if (mutations.empty()) return {Fate::done, {}};
    return transaction.commit(mutations, tries);
  }

  // The mutations that follow from what is there; also notes the statuses.
  Mutations play() {
    Mutations mutations;
    States left = states_;
    erased_.clear();
    for (std::size_t i = 0; i < erases_.size(); ++i) {
      const auto& [id, wanted] = erases_[i];
      const auto found = left.find({kind_, id});
      if (found == left.end()) {
        statuses_[i] = EraseStatus::missing;
      } else if (wanted && *wanted != "*" && *wanted != found->second.version) {
        statuses_[i] = EraseStatus::precondition_failed;
      } else {
        statuses_[i] = EraseStatus::erased;
        std::string key;
        append_key(key, context_.partition, kind_, id);
        mutations.add("delete", key, found->second.entity_version);
        erased_.insert(found->first);
        left.erase(found);
      }
    }
    return mutations;
  }

  // Finds out what became of a commit without an answer: true where it was carried out, false where
  // it was not and never will be.
  Result<bool> settle(const CommitResult& result) {
    States now;
    const RpcReply reply = read_states(context_, erased_, now);
    if (!reply.ok()) return outcome_unknown(reply);
    if (result.fate != Fate::spent) return outcome_unknown(result.reply);
    if (now.empty()) return true;
    const bool as_before = std::all_of(erased_.begin(), erased_.end(), [&](const StateKey& key) {
      const auto found = now.find(key);
      return found != now.end() && found->second.version == states_.at(key).version;
    });
    if (as_before) return false;
    return outcome_unknown(result.reply);
  }

  const CommitContext& context_;
  const std::string& kind_;
  const std::span<const Erase> erases_;
  const std::span<EraseStatus> statuses_;
  std::set<StateKey> keys_;
  States states_;              ///< As the last attempt found them.
  std::set<StateKey> erased_;  ///< What it was to erase.
};

}  // namespace

Result<std::vector<EraseStatus>> RecordWriter::erase(const std::string& kind,
                                                     std::span<const Erase> erases,
                                                     const CallOptions& options) {
  if (options.is_over()) return too_late();
  const CommitContext context{channel_, retrier_, transactions_, gate_, partition_, options};
  std::vector<EraseStatus> statuses(erases.size(), EraseStatus::missing);
  for (std::size_t i = 0; i < erases.size(); i += limits_.commit.mutations) {
    const std::size_t count = std::min(limits_.commit.mutations, erases.size() - i);
    auto done =
        Erasure(context, kind, erases.subspan(i, count), std::span(statuses).subspan(i, count))
            .run();
    if (!done) return i == 0 ? done.error() : outcome_unknown(std::move(done).error());
  }
  return statuses;
}

}  // namespace dropzone::datastore
