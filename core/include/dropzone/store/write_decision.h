#pragma once

#include <optional>
#include <string_view>

#include <dropzone/store/record_repository.h>
#include <dropzone/value/timestamp.h>

namespace dropzone {

/// What a decision about a write needs to know of the record that is there.
struct PresentRecord {
  std::string_view version;
  Timestamp created_at;
};

/// What becomes of a write by its conditions, as every repository decides it; nothing is present
/// if there is no such record. Says `created`, `replaced` or `erased` if the repository is to do
/// that. Thread-safe.
///
/// Example:
///
///     const PresentRecord present{.version = "3", .created_at = Timestamp{0}};
///     Write write;
///     write.if_exists = IfExists::skip;
///     const WriteOutcome outcome = decide(write, present);
///     const bool is_skipped = outcome.status == WriteStatus::skipped;  // It is.
[[nodiscard]] WriteOutcome decide(const Write& write, const std::optional<PresentRecord>& present);
[[nodiscard]] EraseStatus decide(const Erase& erase,
                                 const std::optional<PresentRecord>& present) noexcept;

}  // namespace dropzone
