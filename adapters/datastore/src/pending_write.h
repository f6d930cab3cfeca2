#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/record_repository.h>

#include "keys.h"

namespace dropzone::datastore {

/// A write on its way, with its entity as JSON.
struct PendingWrite {
  const Write* write = nullptr;
  WriteOutcome* outcome = nullptr;
  std::string entity;
};

using PendingWrites = std::vector<PendingWrite*>;

/// Whether a write leaves what is there as it is: where nothing is, it needs no look at that, and
/// no transaction whose locks would outlast a server that is killed.
[[nodiscard]] inline bool is_insertion(const Write& write) {
  return write.if_exists != IfExists::replace && !write.if_version;
}

/// Encodes writes; those that Datastore cannot keep are refused in their outcome and left out.
[[nodiscard]] std::vector<PendingWrite> encode_writes(const Partition& partition,
                                                      std::span<const Write> writes,
                                                      std::span<WriteOutcome> outcomes);

/// Cuts writes so that no two of one record are in one group, and the groups are to be written in
/// their order.
[[nodiscard]] std::vector<std::vector<PendingWrite>> by_turns(std::vector<PendingWrite> writes);

/// Cuts writes into what fits one commit each.
[[nodiscard]] std::vector<std::span<PendingWrite>> cut_commits(std::span<PendingWrite> writes,
                                                               std::size_t max_mutations,
                                                               std::size_t max_bytes);

/// What mutations cost of a commit's bytes.
[[nodiscard]] std::size_t mutation_bytes(const PendingWrite& write);

/// Appends `{"insert":…}` or the like to a list.
void append_mutation(std::string& mutations, std::string_view operation, std::string_view content);

}  // namespace dropzone::datastore
