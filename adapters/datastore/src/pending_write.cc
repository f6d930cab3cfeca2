#include "pending_write.h"

#include <algorithm>
#include <map>
#include <utility>

#include "entity_encoder.h"

namespace dropzone::datastore {
namespace {

constexpr std::size_t kMutationOverhead = 16;

Result<std::string> encode(const Partition& partition, const Write& write) {
  if (!is_key(write.id)) {
    return Error{ErrorCode::invalid_id, "Datastore cannot keep a record of this _id."};
  }
  return encode_entity(partition, write);
}

}  // namespace

std::vector<PendingWrite> encode_writes(const Partition& partition, std::span<const Write> writes,
                                        std::span<WriteOutcome> outcomes) {
  std::vector<PendingWrite> pending;
  pending.reserve(writes.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (auto entity = encode(partition, writes[i])) {
      pending.push_back({&writes[i], &outcomes[i], *std::move(entity)});
    } else {
      outcomes[i] = {WriteStatus::refused, std::move(entity).error(), {}};
    }
  }
  return pending;
}

std::vector<std::vector<PendingWrite>> by_turns(std::vector<PendingWrite> writes) {
  std::vector<std::vector<PendingWrite>> turns;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> seen;
  for (PendingWrite& write : writes) {
    const std::size_t turn = seen[{write.write->kind, write.write->id}]++;
    if (turn == turns.size()) turns.emplace_back();
    turns[turn].push_back(std::move(write));
  }
  return turns;
}

std::size_t mutation_bytes(const PendingWrite& write) {
  return write.entity.size() + kMutationOverhead;
}

std::vector<std::span<PendingWrite>> cut_commits(std::span<PendingWrite> writes,
                                                 std::size_t max_mutations, std::size_t max_bytes) {
  std::vector<std::span<PendingWrite>> commits;
  std::size_t begin = 0;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const std::size_t size = mutation_bytes(writes[i]);
    if (i > begin && (i - begin == max_mutations || bytes + size > max_bytes)) {
      commits.push_back(writes.subspan(begin, i - begin));
      begin = i;
      bytes = 0;
    }
    bytes += size;
  }
  if (begin < writes.size()) commits.push_back(writes.subspan(begin));
  return commits;
}

void append_mutation(std::string& mutations, std::string_view operation, std::string_view content) {
  if (!mutations.empty()) mutations += ',';
  mutations += "{\"";
  mutations += operation;
  mutations += "\":";
  mutations += content;
  mutations += '}';
}

}  // namespace dropzone::datastore
