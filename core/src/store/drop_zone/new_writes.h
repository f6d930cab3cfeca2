#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/error.h>
#include <dropzone/kind/kind.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/value.h>

namespace dropzone {

// What every write of a drop zone is made of.

/// The meta of a record of this original that is written for the first time, when it was received.
[[nodiscard]] RecordMeta new_meta(const DropZone::Ports& ports, const Kind& kind,
                                  std::string_view original, const Received& received);

/// Keeps what was refused, for the first time. Its id is the same for the same bytes, so that they
/// are one reject however often they come; without a digest, a new one.
[[nodiscard]] Write reject_write(const DropZone::Ports& ports, const Kind& kind,
                                 std::string original, const Error& reason,
                                 const Received& received);

/// For how long a reject of this creation is kept, if rejects are kept for `time` after they were
/// received last.
[[nodiscard]] std::optional<std::chrono::seconds> kept_since(
    std::optional<std::chrono::seconds> time, Timestamp created_at, Timestamp received_at);

/// What a reject's data say: why it was refused, when it was received last, and how often.
[[nodiscard]] Object reject_data(const Kind& kind, const Error& reason, Timestamp received_at,
                                 std::int64_t times);

}  // namespace dropzone
