#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <dropzone/store/record_repository.h>

#include "rpc/keys.h"
#include "rpc/retrier.h"
#include "rpc/rpc.h"
#include "rpc/transaction_supply.h"
#include "write/key_lock_table.h"
#include "write/pending_write.h"

namespace dropzone::datastore {

/// The writing half of the repository; see RecordRepository for what its methods promise.
/// Thread-safe.
class RecordWriter {
 public:
  struct Limits {
    CommitLimits commit;
    std::size_t parallel_commits = 4;
  };

  /// All must outlive it. `retrier` decides on whole commits; `channel` repeats single calls.
  RecordWriter(RpcChannel& channel, Retrier& retrier, const Partition& partition, Limits limits)
      : channel_(channel),
        retrier_(retrier),
        partition_(partition),
        limits_(limits),
        transactions_(channel, partition) {}

  /// `receipts` may be null.
  Result<std::vector<WriteOutcome>> write(std::vector<Write> writes, Atomicity atomicity,
                                          const Receipts* receipts, const CallOptions& options);
  Result<std::vector<EraseStatus>> erase(const std::string& kind, std::span<const Erase> erases,
                                         const CallOptions& options);

 private:
  RpcChannel& channel_;
  Retrier& retrier_;
  const Partition& partition_;
  const Limits limits_;
  KeyLockTable gate_;
  TransactionSupply transactions_;
};

}  // namespace dropzone::datastore
