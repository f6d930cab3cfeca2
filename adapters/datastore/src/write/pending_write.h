#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/store/record_repository.h>

#include "rpc/keys.h"

namespace dropzone::datastore {

/// A write on its way.
struct PendingWrite {
  Write* write = nullptr;
  WriteOutcome* outcome = nullptr;
  std::string entity;  ///< As JSON; of one that erases, the key.
  /// Why Datastore cannot keep it, whatever is there.
  std::optional<Error> fault = std::nullopt;
};

using PendingWrites = std::vector<PendingWrite*>;

/// Whether a write leaves what is there as it is: if nothing is, it needs no look at that, and
/// no transaction whose locks would outlast a server that is killed.
[[nodiscard]] inline bool is_insertion(const Write& write) {
  return write.if_exists != IfExists::replace && !write.if_version && !write.erases;
}

/// Whether one of the writes leaves an existing record as it is, which is not a failure then. One
/// that erases what is missing does nothing that others could depend on, and does not count.
[[nodiscard]] bool any_skips(const PendingWrites& writes);

/// Whether several are of one record.
[[nodiscard]] bool have_duplicates(const PendingWrites& writes);

/// What fits one commit.
struct CommitLimits {
  std::size_t mutations = 500;
  std::size_t bytes = 9u << 20;
};

/// The write with its entity, or with its fault.
[[nodiscard]] PendingWrite encode_write(const Partition& partition, Write& write,
                                        WriteOutcome& outcome);

/// Writes by their indexes, cut so that no two of one record are in one group. The groups are to be
/// written in their order.
[[nodiscard]] std::vector<std::vector<std::size_t>> split_conflicting(
    std::span<const Write> writes);

/// Whether writes fit one commit.
[[nodiscard]] bool fit_one_commit(const PendingWrites& writes, const CommitLimits& limits);

/// What mutations cost of a commit's bytes.
[[nodiscard]] std::size_t mutation_bytes(const PendingWrite& write);

}  // namespace dropzone::datastore
