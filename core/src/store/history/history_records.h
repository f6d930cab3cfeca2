#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/error.h>
#include <dropzone/kind/kind.h>
#include <dropzone/store/record.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/digest.h>
#include <dropzone/value/timestamp.h>

namespace dropzone {

// A record's history is some records of kHistoryKind: an entry for each original that was kept, and
// a head that numbers them. Whoever adds an entry replaces the head, on the condition of its
// version, in the same transaction: so no two entries have a number, and their numbers are in the
// order of the changes whatever the clocks say.

/// The head of a record's history.
struct HistoryHead {
  std::int64_t next = 1;                               ///< The number of the next entry.
  std::int64_t first = 1;                              ///< No entry below it is kept by count.
  std::optional<Timestamp> expires_at = std::nullopt;  ///< Of the last entry to expire.
  std::string version = {};                            ///< Empty if it is not stored yet.
  Timestamp created_at = {};
};

/// `internal`: of a program that has no digest.
[[nodiscard]] Error no_digest_for_histories();

/// Where a record's history is: the id of its head, which the ids of its entries begin with.
[[nodiscard]] std::string history_id(std::string_view kind, std::string_view id,
                                     const Digest& digest);
/// What the ids of its entries begin with. The newest comes first.
[[nodiscard]] std::string entry_prefix(std::string_view history_id);
[[nodiscard]] std::string entry_id(std::string_view history_id, std::int64_t number);

/// A head as it is stored. `store_corrupt` if it is not one.
[[nodiscard]] Result<HistoryHead> read_head(const RecordView& view);

/// What happens to a record whose original is to be kept.
struct HistoryChange {
  std::string_view kind;
  std::string_view id;
  bool deletes = false;
  Timestamp at;
  std::string_view by;  ///< The principal.
};

/// When an original that is replaced or deleted now expires: after the history's age, and not later
/// than the record would have. Nothing: never.
[[nodiscard]] std::optional<Timestamp> expiry_of(const Kind& kind, Timestamp created_at,
                                                 Timestamp now);

/// A record before the change.
struct HistoryOriginal {
  std::string_view original;
  const RecordMeta& meta;
};

/// Keeps an original under the head's next number.
[[nodiscard]] Write entry_write(const HistoryChange& change, const HistoryOriginal& before,
                                const std::string& history_id, const HistoryHead& head,
                                std::optional<Timestamp> expires_at, std::string version);

/// Stores a head in the place of the one of this version, or for the first time.
[[nodiscard]] Write head_write(const std::string& history_id, const HistoryHead& head,
                               std::string version, Timestamp now);

/// Erases an entry, if it is there.
[[nodiscard]] Write entry_erasure(std::string_view history_id, std::int64_t number);

}  // namespace dropzone
