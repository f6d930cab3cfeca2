#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "rpc/keys.h"
#include "rpc/mutations.h"
#include "write/conditional_commit.h"
#include "write/pending_write.h"
#include "write/record_states.h"

namespace dropzone::datastore {

/// The end of the group of joined writes that begins at `first`.
[[nodiscard]] std::size_t end_of_group(const PendingWrites& writes, std::size_t first);

/// What writes, one after the other, make of what is there. Not thread-safe.
class WritePlan {
 public:
  /// Both must outlive it.
  WritePlan(const Partition& partition, const States& there)
      : partition_(partition), there_(there) {}

  /// Adds what a group does, and notes its outcomes: all of it, or if one is refused nothing.
  void add(std::span<PendingWrite* const> group);

  /// What a commit is to do, under the condition that what is there is still the same.
  [[nodiscard]] Mutations mutations() const;
  /// Adds the versions that the records get.
  void add_versions(Changes::Versions& planned) const;

 private:
  struct Change {
    std::optional<State> state;  ///< Nothing if the record is erased.
    std::string content;         ///< The entity, or the key.
  };
  using Plans = std::map<StateKey, Change>;

  [[nodiscard]] const State* state_of(const StateKey& key, const Plans& group) const;
  [[nodiscard]] std::string entity_of(const PendingWrite& pending) const;

  const Partition& partition_;
  const States& there_;
  Plans changes_;
};

}  // namespace dropzone::datastore
