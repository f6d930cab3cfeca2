#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rpc/mutations.h"
#include "write/commit_writes.h"
#include "write/record_states.h"

namespace dropzone::datastore {

/// Changes of records that follow from what is there, and go into one commit. Not thread-safe.
class Changes {
 public:
  /// The version that each record gets, or nothing if it is deleted.
  using Versions = std::map<StateKey, std::optional<std::string>>;

  virtual ~Changes() = default;

  /// The records that they depend on.
  [[nodiscard]] virtual std::set<StateKey> keys() const = 0;

  /// Whether one of them is bound to a version: then all of each record is read, so that a change
  /// by another program shows.
  [[nodiscard]] virtual bool name_versions() const = 0;

  /// The mutations that follow from what is there; adds what they make of the records to `planned`.
  /// Also notes the outcomes, as they are if the commit succeeds. Nothing is committed if there are
  /// no mutations.
  virtual Mutations plan(const States& there, Versions& planned) = 0;

  /// The changes in two parts, which may be committed one after the other. Empty if they belong
  /// together, or are one.
  [[nodiscard]] virtual std::vector<std::unique_ptr<Changes>> halves() = 0;

  /// Called if Datastore does not take what is in them and they have no halves: notes that as an
  /// outcome, or returns the error of all. Whether the others are to be planned again.
  virtual Result<bool> refuse(const CommitContext& context, const RpcReply& reply) = 0;

  /// One of the records that is written always, and never erased by others: whether an attempt that
  /// is spent was carried out is to be seen in it, if nobody has written it since.
  [[nodiscard]] virtual std::optional<StateKey> witness() const { return std::nullopt; }
};

/// How what is there is read.
enum class Reading : std::uint8_t {
  free,    ///< Each mutation carries a condition on what was read.
  locked,  ///< Within the transaction: for changes that depend on records that they do not write.
};

/// Commits changes when it is their turn at their records. They are planned again after a conflict;
/// when there are several conflicts, in halves. If no answer comes, looks at what became of them.
Result<void> commit_changes(const CommitContext& context, Changes& changes, Reading reading);

}  // namespace dropzone::datastore
