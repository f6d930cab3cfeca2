#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/call/call_options.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/store/document_decoder.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/record.h>
#include <dropzone/value/timestamp.h>

namespace dropzone {

/// An original that is a record's no more, and what became of it.
struct HistoryEntry {
  std::int64_t number = 0;    ///< The changes of a record that kept something are counted from 1.
  std::string change;         ///< "replaced" or "deleted".
  Timestamp changed_at;       ///< By the clock of the server that did it.
  std::string changed_by;     ///< The principal.
  std::string_view original;  ///< Valid during the call that passes the entry.
  RecordMeta meta;            ///< Of the record as it was.
};

using HistorySink = std::function<void(const HistoryEntry&)>;

/// The originals that were kept of records: what they were, one of them again, and their end.
///
/// Writes keep them, see HistoryWriter. They can be read, too, of a kind that does not keep any
/// more. Unknown kinds are `unknown_kind`. Thread-safe.
class RecordHistory {
 public:
  struct Ports {
    DropZone& zone;
    const DocumentDecoder& documents;
  };

  explicit RecordHistory(Ports ports) : ports_(ports) {}

  /// The entries of a record from a place on, the newest first: at most `limit`, and no more once
  /// they have `max_bytes`. Expired ones are left out. `not_found` if on the first page there is
  /// neither an entry nor a record.
  Result<PageResult> page(std::string_view kind, const std::string& id, std::size_t limit,
                          std::size_t max_bytes, const std::optional<Position>& after,
                          const HistorySink& sink, const CallOptions& options);

  /// The original of the version; `not_found` if it is not in the history.
  Result<std::string> original_of(std::string_view kind, const std::string& id,
                                  const std::string& version, const CallOptions& options);

  struct Forgotten {
    bool record = false;      ///< Whether there was a record.
    std::size_t entries = 0;  ///< How many there were.
  };
  /// Deletes a record, keeping nothing of it, and all that was kept of it. `not_found` if there is
  /// neither; `precondition_failed`, and nothing deleted, if `if_match` names another version than
  /// that of the record. After a failure, repeat it. Of changes that others make of the record at
  /// the same time, an entry may go or stay.
  Result<Forgotten> forget(std::string_view kind, const std::string& id,
                           const std::optional<std::string>& if_match, const CallOptions& options);

 private:
  /// Where the history of a record is.
  struct Place {
    std::string kind;  ///< The record's.
    std::string history_id;
  };
  Result<Place> place_of(std::string_view kind, const std::string& id) const;

  Ports ports_;
};

}  // namespace dropzone
