#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <dropzone/mutex.h>
#include <dropzone/store/record_repository.h>

#include "rpc/keys.h"
#include "write/pending_write.h"

namespace dropzone::datastore {

/// Gives the commits of a request one after the other, each encoded when its turn comes: entities
/// are larger than the records that they are made of, and a batch has many. Thread-safe.
class CommitSource {
 public:
  /// How the writes are cut into commits.
  enum class Cut : std::uint8_t {
    anywhere,        ///< Those that Datastore cannot keep are refused on the way.
    between_groups,  ///< Joined writes stay together, those that Datastore cannot keep among them.
  };

  /// `indexes` are those of the writes, whose outcomes are at the same places. All must outlive it.
  CommitSource(std::span<const std::size_t> indexes, std::span<Write> writes,
               std::span<WriteOutcome> outcomes, const Partition& partition,
               const CommitLimits& limits, Cut cut)
      : indexes_(indexes),
        writes_(writes),
        outcomes_(outcomes),
        partition_(partition),
        limits_(limits),
        cut_(cut) {}

  /// The next commit; empty at the end.
  std::vector<PendingWrite> next();

  /// Gives no more.
  void stop();

 private:
  const std::span<const std::size_t> indexes_;
  const std::span<Write> writes_;
  const std::span<WriteOutcome> outcomes_;
  const Partition& partition_;
  const CommitLimits& limits_;
  const Cut cut_;

  std::vector<PendingWrite> next_group() DROPZONE_REQUIRES(mutex_);

  Mutex mutex_;
  std::size_t place_ DROPZONE_GUARDED_BY(mutex_) = 0;
  std::vector<PendingWrite> left_over_
      DROPZONE_GUARDED_BY(mutex_);  ///< A group that did not fit the last commit.
};

/// What is written of a commit is not needed any more.
void forget(std::span<PendingWrite> commit);

}  // namespace dropzone::datastore
