#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "entity/entity_encoder.h"
#include "write/commit_writes.h"
#include "write/conditional_commit.h"
#include "write/refusal.h"

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

class WriteChanges final : public Changes {
 public:
  WriteChanges(const Partition& partition, PendingWrites writes, Atomicity atomicity)
      : partition_(partition), writes_(std::move(writes)), atomicity_(atomicity) {}

  [[nodiscard]] std::set<StateKey> keys() const override {
    std::set<StateKey> keys;
    for (const PendingWrite* const write : writes_) keys.insert(key_of(*write));
    return keys;
  }

  [[nodiscard]] bool name_versions() const override {
    return std::ranges::any_of(writes_, [](const PendingWrite* write) {
      const auto& version = write->write->if_version;
      return version && *version != "*";
    });
  }

  // None once one of an atomic batch is refused.
  Mutations plan(const States& there, Versions& planned) override {
    std::map<StateKey, std::string> entities;
    States states = there;
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
      planned.insert_or_assign(key, write.write->meta.version);
      states.insert_or_assign(key, State{.version = write.write->meta.version,
                                         .created_at = write.outcome->created_at,
                                         .updated_at = write.write->meta.updated_at,
                                         .entity_version = {}});
    }
    Mutations mutations;
    for (const auto& [key, entity] : entities) {
      const auto before = there.find(key);
      if (before == there.end()) {
        mutations.add("insert", entity);
      } else {
        mutations.add("update", entity, before->second.entity_version);
      }
    }
    return mutations;
  }

  [[nodiscard]] std::vector<std::unique_ptr<Changes>> halves() override {
    std::vector<std::unique_ptr<Changes>> parts;
    if (atomicity_ == Atomicity::atomic || writes_.size() == 1) return parts;
    const auto middle = writes_.begin() + static_cast<std::ptrdiff_t>(writes_.size() / 2);
    for (PendingWrites part :
         {PendingWrites(writes_.begin(), middle), PendingWrites(middle, writes_.end())}) {
      parts.push_back(std::make_unique<WriteChanges>(partition_, std::move(part), atomicity_));
    }
    return parts;
  }

  Result<void> refuse(const CommitContext& context, const RpcReply& reply) override {
    return refuse_unacceptable(context, writes_, reply);
  }

 private:
  // A replacement keeps the time of creation, and is not earlier.
  [[nodiscard]] std::string entity_of(const PendingWrite& pending) const {
    if (pending.outcome->created_at == pending.write->meta.created_at) return pending.entity;
    Write write = *pending.write;
    write.meta.created_at = pending.outcome->created_at;
    write.meta.updated_at = std::max(write.meta.updated_at, write.meta.created_at);
    auto entity = encode_entity(partition_, write);
    return entity ? *std::move(entity) : pending.entity;
  }

  const Partition& partition_;
  const PendingWrites writes_;
  const Atomicity atomicity_;
};

}  // namespace

Result<void> commit_conditionally(const CommitContext& context, PendingWrites writes,
                                  Atomicity atomicity) {
  // Nothing is written of what is skipped that could carry a condition.
  const bool locks = atomicity == Atomicity::atomic && any_skips(writes);
  WriteChanges changes(context.partition, std::move(writes), atomicity);
  return commit_changes(context, changes, locks ? Reading::locked : Reading::free);
}

}  // namespace dropzone::datastore
