#include "write/write_plan.h"

#include <algorithm>
#include <utility>

#include "entity/entity_encoder.h"

namespace dropzone::datastore {
namespace {

// What a write does to what is there.
WriteOutcome outcome_of(const PendingWrite& pending, const State* state) {
  if (pending.fault) return {WriteStatus::refused, *pending.fault, {}};
  return decide(*pending.write, present_as(state));
}

}  // namespace

std::size_t end_of_group(const PendingWrites& writes, std::size_t first) {
  std::size_t end = first + 1;
  while (end < writes.size() && writes[end]->write->joined) ++end;
  return end;
}

void WritePlan::add(std::span<PendingWrite* const> group) {
  Plans changes;
  for (PendingWrite* const pending : group) {
    StateKey key = key_of(*pending);
    WriteOutcome& outcome = *pending->outcome;
    outcome = outcome_of(*pending, state_of(key, changes));
    switch (outcome.status) {
      case WriteStatus::created:
      case WriteStatus::replaced:
        changes.insert_or_assign(std::move(key),
                                 Change{State{.version = pending->write->meta.version,
                                              .created_at = outcome.created_at,
                                              .updated_at = pending->write->meta.updated_at,
                                              .entity_version = {}},
                                        entity_of(*pending)});
        break;
      case WriteStatus::erased:
        changes.insert_or_assign(std::move(key), Change{std::nullopt, pending->entity});
        break;
      case WriteStatus::refused:
        for (PendingWrite* const other : group) {
          if (other != pending) *other->outcome = {};
        }
        return;
      case WriteStatus::skipped:
      case WriteStatus::aborted: break;
    }
  }
  for (auto& [key, change] : changes) changes_.insert_or_assign(key, std::move(change));
}

Mutations WritePlan::mutations() const {
  Mutations mutations;
  for (const auto& [key, change] : changes_) {
    const auto before = there_.find(key);
    const bool is_there = before != there_.end();
    if (!is_there && change.state) {
      mutations.add("insert", change.content);
    } else if (is_there) {
      mutations.add(change.state ? "update" : "delete", change.content,
                    before->second.entity_version);
    }
  }
  return mutations;
}

void WritePlan::add_versions(Changes::Versions& planned) const {
  for (const auto& [key, change] : changes_) {
    planned.insert_or_assign(key,
                             change.state ? std::optional(change.state->version) : std::nullopt);
  }
}

const State* WritePlan::state_of(const StateKey& key, const Plans& group) const {
  for (const Plans* const plans : {&group, &changes_}) {
    const auto planned = plans->find(key);
    if (planned != plans->end()) return planned->second.state ? &*planned->second.state : nullptr;
  }
  const auto known = there_.find(key);
  return known == there_.end() ? nullptr : &known->second;
}

// A replacement keeps the time of creation, and is not earlier.
std::string WritePlan::entity_of(const PendingWrite& pending) const {
  if (pending.outcome->created_at == pending.write->meta.created_at) return pending.entity;
  Write write = *pending.write;
  write.meta.created_at = pending.outcome->created_at;
  write.meta.updated_at = std::max(write.meta.updated_at, write.meta.created_at);
  auto entity = encode_entity(partition_, write);
  return entity ? *std::move(entity) : pending.entity;
}

}  // namespace dropzone::datastore
