#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "commit_writes.h"
#include "entity_decoder.h"
#include "entity_encoder.h"
#include "lookup.h"
#include "property_names.h"
#include "transaction.h"

namespace dropzone::datastore {
namespace {

using Key = std::pair<std::string, std::string>;  // Kind and id.

/// What is there of a record.
struct State {
  std::string version;
  Timestamp created_at;
};
using States = std::map<Key, State>;

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

class Attempts {
 public:
  Attempts(const CommitContext& context, PendingWrites writes, Atomicity atomicity,
           bool tried = false)
      : context_(context), writes_(std::move(writes)), atomicity_(atomicity) {
    for (const PendingWrite* const write : writes_) {
      const Key key = key_of(*write);
      keys_.insert(key);
      if (tried) tried_.insert_or_assign(key, write->write->meta.version);
    }
  }

  Result<void> run() {
    Refusals refusals;
    for (int attempt = 1;; ++attempt) {
      const RpcReply reply = try_once();
      if (reply.ok()) {
        context_.retrier.succeeded();
        return {};
      }
      if (refusals.may_be_of_transaction(reply)) continue;
      if (reply.status == RpcStatus::invalid_argument || is_size_fault(reply)) {
        return refuse_or_split(reply);
      }
      if (!context_.retrier.wait(attempt, reply, context_.call.deadline)) return to_error(reply);
    }
  }

 private:
  static Key key_of(const PendingWrite& write) { return {write.write->kind, write.write->id}; }

  RpcReply try_once() {
    Transaction transaction(context_.channel, context_.partition, context_.call);
    RpcReply reply = transaction.begin();
    if (!reply.ok()) return reply;
    States states;
    reply = read_states(transaction, states);
    if (!reply.ok()) return reply;
    if (is_settled(states)) return reply;

    const std::string mutations = play(std::move(states));
    if (mutations.empty()) return reply;
    return transaction.commit(mutations);
  }

  RpcReply read_states(const Transaction& transaction, States& states) {
    std::vector<RecordKey> keys;
    for (const Key& key : keys_) keys.push_back({key.first, key.second});
    return lookup(
        context_.channel, context_.partition, keys,
        {.transaction = transaction.id(), .only_property = kMetaProperty, .call = context_.call},
        [&](const JsonNode& result) {
          auto found = decode_entity(result, {.meta = true, .data = false});
          if (!found) return;
          const JsonNode& path = *member(*member(*member(result, "entity"), "key"), "path");
          states.insert_or_assign(Key(text_member(path[0], "kind"), found->id),
                                  State{std::move(found->meta.version), found->meta.created_at});
        });
  }

  // Whether an earlier attempt, whose answer was lost, was carried out after all: its outcomes are
  // those that were found then.
  [[nodiscard]] bool is_settled(const States& states) const {
    for (const auto& [key, version] : tried_) {
      const auto state = states.find(key);
      if (state != states.end() && state->second.version == version) return true;
    }
    return false;
  }

  // The mutations that follow from what is there, none once one of an atomic batch is refused; also
  // notes the outcomes.
  std::string play(States states) {
    tried_.clear();
    std::map<Key, std::string> entities;
    for (PendingWrite* const pending : writes_) {
      PendingWrite& write = *pending;
      const Key key = key_of(write);
      const auto known = states.find(key);
      const State* const state = known == states.end() ? nullptr : &known->second;
      *write.outcome = decide(*write.write, state);
      if (write.outcome->status == WriteStatus::refused && atomicity_ == Atomicity::atomic)
        return {};
      if (write.outcome->status != WriteStatus::created &&
          write.outcome->status != WriteStatus::replaced) {
        continue;
      }
      entities.insert_or_assign(key, entity_of(write));
      tried_.insert_or_assign(key, write.write->meta.version);
      states.insert_or_assign(key, State{write.write->meta.version, write.outcome->created_at});
    }
    std::string mutations;
    for (const auto& [key, entity] : entities) append_mutation(mutations, "upsert", entity);
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

  Result<void> refuse_or_split(const RpcReply& reply) {
    if (writes_.size() == 1) {
      refuse_unacceptable(*writes_.front(), reply);
      return {};
    }
    if (atomicity_ == Atomicity::atomic) return to_error(reply);
    const auto middle = writes_.begin() + static_cast<std::ptrdiff_t>(writes_.size() / 2);
    auto done = Attempts(context_, {writes_.begin(), middle}, atomicity_).run();
    if (!done) return done;
    return Attempts(context_, {middle, writes_.end()}, atomicity_).run();
  }

  const CommitContext& context_;
  const PendingWrites writes_;
  const Atomicity atomicity_;
  std::set<Key> keys_;
  std::map<Key, std::string> tried_;  ///< The versions that the last attempt was to write.
};

}  // namespace

Result<void> commit_transaction(const CommitContext& context, PendingWrites writes,
                                Atomicity atomicity, bool tried) {
  std::set<Key> keys;
  for (const PendingWrite* const write : writes) keys.emplace(write->write->kind, write->write->id);
  const KeyGate::Pass pass = context.gate.enter({keys.begin(), keys.end()}, context.call.deadline);
  if (!pass) return too_late();
  return Attempts(context, std::move(writes), atomicity, tried).run();
}

}  // namespace dropzone::datastore
