#pragma once

#include <optional>
#include <span>
#include <string>

#include <dropzone/store/record_repository.h>

#include "query/entity_sizes.h"
#include "rpc/keys.h"
#include "rpc/rpc.h"

namespace dropzone::datastore {

/// The reading half of the repository; see RecordRepository for what its methods promise.
/// Thread-safe.
class RecordReader {
 public:
  struct Limits {
    std::size_t scan_limit = 10'000;
    std::size_t lookup_keys = 1'000;  ///< Keys of one lookup; Datastore's own limit.
    std::size_t answer_bytes = 32u << 20;
  };

  /// Both must outlive it.
  RecordReader(RpcChannel& channel, const Partition& partition, Limits limits)
      : channel_(channel), partition_(partition), limits_(limits), sizes_(limits.answer_bytes) {}

  Result<void> find(const std::string& kind, std::span<const std::string> ids,
                    Projection projection, const RecordSink& sink, const CallOptions& options);
  Result<std::optional<Position>> query(const Query& query, Projection projection,
                                        const RecordSink& sink, const CallOptions& options);
  Result<Aggregates> aggregate(const AggregateQuery& query, const CallOptions& options);

 private:
  RpcChannel& channel_;
  const Partition& partition_;
  const Limits limits_;
  EntitySizes sizes_;
};

}  // namespace dropzone::datastore
