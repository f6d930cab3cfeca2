#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "entity/entity_encoder.h"
#include "rpc/mutations.h"
#include "rpc/transaction.h"
#include "write/commit_writes.h"
#include "write/record_states.h"

namespace dropzone::datastore {
namespace {

bool has_version(const State* state, const std::string& wanted) {
  return state && (wanted == "*" || state->version == wanted);
}

WriteOutcome refused(ErrorCode code, std::string detail) {
  return {WriteStatus::refused, {code, std::move(detail)}, {}};
}

// What a write does to what is there.
WriteOutcome decide(const Write& write, const State* state) {
  if (write.if_version && !has_version(state, *write.if_version)) {
    return refused(ErrorCode::precondition_failed,
                   state ? "The record has another version." : "There is no such record.");
  }
  if (state && write.if_exists == IfExists::fail) {
    return refused(ErrorCode::already_exists, "A record with this _id exists.");
  }
  if (state && write.if_exists == IfExists::skip) return {WriteStatus::skipped, {}, {}};
  if (state) return {WriteStatus::replaced, {}, state->created_at};
  return {WriteStatus::created, {}, write.meta.created_at};
}

bool may_skip(const PendingWrites& writes) {
  return std::any_of(writes.begin(), writes.end(), [](const PendingWrite* write) {
    return write->write->if_exists == IfExists::skip;
  });
}

class Attempts {
 public:
  Attempts(const CommitContext& context, PendingWrites writes, Atomicity atomicity, Tries& tries)
      : context_(context), writes_(std::move(writes)), atomicity_(atomicity), tries_(tries) {
    for (const PendingWrite* const write : writes_) keys_.insert(key_of(*write));
    // Nothing is written of what is skipped that could carry a condition.
    reads_locked_ = atomicity_ == Atomicity::atomic && may_skip(writes_);
  }

  Result<void> run() {
    for (;;) {
      const CommitResult result = try_once();
      if (result.fate == Fate::done) return {};
      if (result.fate != Fate::not_done) {
        const auto settled = settle(result);
        if (!settled) return settled.error();
        if (*settled) return {};
        continue;
      }
      if (is_conflict(result.reply)) {
        if (!tries_.again_after_conflict()) return written_by_others();
        if (++conflicts_ < kMaxConflicts || writes_.size() == 1) continue;
        // Among many busy records somebody writes one of them each time.
        if (atomicity_ == Atomicity::partial) return split();
        reads_locked_ = true;
        continue;
      }
      if (is_unacceptable(result.reply)) return refuse_or_split(result.reply);
      if (!tries_.again(result.reply)) return to_error(result.reply);
    }
  }

 private:
  static StateKey key_of(const PendingWrite& write) { return {write.write->kind, write.write->id}; }

  // Somebody else wrote between our look and our commit.
  static bool is_conflict(const RpcReply& reply) {
    return reply.status == RpcStatus::failed_precondition ||
           reply.status == RpcStatus::already_exists;
  }

  CommitResult try_once() {
    Transaction transaction(context_.transactions, context_.channel, context_.partition,
                            context_.call);
    written_.clear();
    RpcReply reply = read_states_for(transaction, reads_locked_, context_, keys_, states_);
    if (!reply.ok()) return {Fate::not_done, std::move(reply)};
    const Mutations mutations = play();
    if (mutations.empty()) return {Fate::done, {}};
    return transaction.commit(mutations, tries_);
  }

  // The mutations that follow from what is there, none once one of an atomic batch is refused; also
  // notes the outcomes.
  Mutations play() {
    std::map<StateKey, std::string> entities;
    States states = states_;
    for (PendingWrite* const pending : writes_) {
      PendingWrite& write = *pending;
      const StateKey key = key_of(write);
      const auto known = states.find(key);
      const State* const state = known == states.end() ? nullptr : &known->second;
      *write.outcome = decide(*write.write, state);
      if (write.outcome->status == WriteStatus::refused && atomicity_ == Atomicity::atomic) {
        return {};
      }
      if (write.outcome->status != WriteStatus::created &&
          write.outcome->status != WriteStatus::replaced) {
        continue;
      }
      entities.insert_or_assign(key, entity_of(write));
      written_.insert_or_assign(key, write.write->meta.version);
      states.insert_or_assign(key, State{.version = write.write->meta.version,
                                         .created_at = write.outcome->created_at,
                                         .updated_at = write.write->meta.updated_at,
                                         .entity_version = {}});
    }
    Mutations mutations;
    for (const auto& [key, entity] : entities) {
      const auto there = states_.find(key);
      if (there == states_.end()) {
        mutations.add("insert", entity);
      } else {
        mutations.add("update", entity, there->second.entity_version);
      }
    }
    return mutations;
  }

  // A replacement keeps the time of creation, and is no earlier.
  std::string entity_of(const PendingWrite& pending) const {
    if (pending.outcome->created_at == pending.write->meta.created_at) return pending.entity;
    Write write = *pending.write;
    write.meta.created_at = pending.outcome->created_at;
    write.meta.updated_at = std::max(write.meta.updated_at, write.meta.created_at);
    auto entity = encode_entity(context_.partition, write);
    return entity ? *std::move(entity) : pending.entity;
  }

  // Finds out what became of a commit without an answer: true where it was carried out, false where
  // it was not and never will be.
  Result<bool> settle(const CommitResult& result) {
    States now;
    if (const RpcReply reply = read_states(context_, keys_, now); !reply.ok()) {
      return outcome_unknown(reply);
    }
    bool as_before = true;
    for (const auto& [key, version] : written_) {
      const auto found = now.find(key);
      if (found != now.end() && found->second.version == version) return true;
      const auto before = states_.find(key);
      as_before &= (found == now.end()) == (before == states_.end()) &&
                   (found == now.end() || found->second.version == before->second.version);
    }
    // What was missing and is, may have been there in between.
    const bool had_all = std::all_of(written_.begin(), written_.end(), [&](const auto& written) {
      return states_.contains(written.first);
    });
    if (result.fate == Fate::spent && as_before && had_all) return false;
    return outcome_unknown(result.reply);
  }

  Result<void> refuse_or_split(const RpcReply& reply) {
    if (writes_.size() == 1) {
      refuse_unacceptable(*writes_.front(), reply);
      return {};
    }
    if (atomicity_ == Atomicity::atomic) return to_error(reply);
    return split();
  }

  Result<void> split() {
    const auto middle = writes_.begin() + static_cast<std::ptrdiff_t>(writes_.size() / 2);
    auto done = Attempts(context_, {writes_.begin(), middle}, atomicity_, tries_).run();
    if (!done) return done;
    done = Attempts(context_, {middle, writes_.end()}, atomicity_, tries_).run();
    if (!done) return outcome_unknown(std::move(done).error());  // The first half is written.
    return done;
  }

  const CommitContext& context_;
  const PendingWrites writes_;
  const Atomicity atomicity_;
  Tries& tries_;
  bool reads_locked_ = false;
  int conflicts_ = 0;
  std::set<StateKey> keys_;
  States states_;                            ///< As the last attempt found them.
  std::map<StateKey, std::string> written_;  ///< The versions that it was to write.
};

}  // namespace

Result<void> commit_conditionally(const CommitContext& context, PendingWrites writes,
                                  Atomicity atomicity) {
  KeyGate::Keys keys;
  for (const PendingWrite* const write : writes)
    keys.emplace_back(write->write->kind, write->write->id);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  const KeyGate::Pass pass = context.gate.enter(std::move(keys), context.call);
  if (!pass) return too_late();
  Tries tries(context.retrier, context.call);
  return Attempts(context, std::move(writes), atomicity, tries).run();
}

}  // namespace dropzone::datastore
