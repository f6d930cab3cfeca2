#include "write/pending_write.h"

#include <algorithm>
#include <map>
#include <utility>

#include "entity/entity_encoder.h"

namespace dropzone::datastore {
namespace {

constexpr std::size_t kMutationOverhead = 16;

Result<std::string> encode(const Partition& partition, const Write& write) {
  if (!is_key(write.id)) {
    return Error{ErrorCode::invalid_id, "Datastore cannot keep a record of this _id."};
  }
  if (!write.erases) return encode_entity(partition, write);
  std::string key;
  append_key(key, partition, write.kind, write.id);
  return key;
}

}  // namespace

PendingWrite encode_write(const Partition& partition, Write& write, WriteOutcome& outcome) {
  auto entity = encode(partition, write);
  if (entity) return {&write, &outcome, *std::move(entity)};
  return {&write, &outcome, {}, std::move(entity).error()};
}

std::vector<std::vector<std::size_t>> split_conflicting(std::span<const Write> writes) {
  std::vector<std::vector<std::size_t>> turns;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> seen;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const std::size_t turn = seen[{writes[i].kind, writes[i].id}]++;
    if (turn == turns.size()) turns.emplace_back();
    turns[turn].push_back(i);
  }
  return turns;
}

std::size_t mutation_bytes(const PendingWrite& write) {
  return write.entity.size() + kMutationOverhead;
}

bool fit_one_commit(const PendingWrites& writes, const CommitLimits& limits) {
  std::size_t bytes = 0;
  for (const PendingWrite* const write : writes) bytes += mutation_bytes(*write);
  // One that is too large by itself is for Datastore to refuse.
  return writes.size() <= 1 || (writes.size() <= limits.mutations && bytes <= limits.bytes);
}

bool have_duplicates(const PendingWrites& writes) {
  std::vector<std::pair<std::string_view, std::string_view>> keys;
  for (const PendingWrite* const write : writes) {
    keys.emplace_back(write->write->kind, write->write->id);
  }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

bool any_skips(const PendingWrites& writes) {
  return std::any_of(writes.begin(), writes.end(), [](const PendingWrite* write) {
    return write->write->if_exists == IfExists::skip && !write->write->erases;
  });
}

}  // namespace dropzone::datastore
