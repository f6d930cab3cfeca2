#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <dropzone/error.h>
#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/document_decoder.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/record.h>
#include <dropzone/store/record_repository.h>

#include "store/drop_zone/incoming.h"

namespace dropzone {

// What a replay and a correction have in common.

/// Others who write the same rejects all the time have won after so many rounds.
inline constexpr int kMaxReplayRounds = 20;

/// A reject as it was read, and what is to become of it.
struct Replayed {
  std::string id;
  std::string original;
  std::string data_json;
  RecordMeta meta;
  std::size_t result = 0;  ///< Its index among the results.

  // Of the reject's data.
  std::string kind_name;
  Timestamp received_at;
  std::int64_t times = 1;

  std::shared_ptr<const Kind> kind;             ///< Null if it is not deployed.
  std::optional<Admitted> made = std::nullopt;  ///< What the pipeline makes of it, with an id.
  Error refusal = {};                           ///< Why it stays a reject.
};

/// What a view must show of a reject.
inline constexpr Projection kWholeReject{.original = true, .meta = true, .timestamps = true};

/// Reads a reject from such a view.
[[nodiscard]] Result<Replayed> read_reject(const RecordView& view,
                                           const DocumentDecoder& documents);

/// Ends a reject that is still as it was read.
[[nodiscard]] Write end_of(const Replayed& reject, bool joined);

/// `unavailable`: others have won.
[[nodiscard]] Error others_wrote_reject();

/// Notifies the observer of records that became of rejects: they are stored like others.
void tell_stored(const DropZone& zone, const std::string& kind, std::size_t count);

}  // namespace dropzone
