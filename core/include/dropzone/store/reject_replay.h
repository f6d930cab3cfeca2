#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/error.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/store/document_decoder.h>
#include <dropzone/store/drop_zone.h>

namespace dropzone {

/// What becomes of a reject that is replayed.
enum class ReplayStatus : std::uint8_t {
  stored,          ///< It is a record now, and the reject is gone.
  already_stored,  ///< A record of its id and its bytes is there: the reject is gone.
  refused,         ///< It stays, with the present reason.
  missing,         ///< There is no such reject: it was deleted, or somebody else replayed it.
};

/// "stored", "alreadyStored", "refused", "missing".
[[nodiscard]] std::string_view status_name(ReplayStatus status) noexcept;

struct ReplayResult {
  std::string reject_id;
  ReplayStatus status = ReplayStatus::missing;
  std::string kind = {};  ///< Empty if it is missing.
  std::string id = {};    ///< Of the record, if stored or already stored.
  Error error = {};       ///< If refused.
};

/// Runs rejects through the present pipelines of their kinds.
///
/// A reject that passes becomes a record, and ceases to be a reject, in one transaction: it does so
/// once, whatever crashes and however many replay at the same time. It runs with the time at which
/// it was received, and gets the id that it names, else the one of its kind's rule, else its
/// rejectId. If a record of that id is there already, the reject stays (`already_exists`),
/// unless the record has the same original: then it has been stored, for example by a client that
/// repeated it, and nothing is left to be done. Thread-safe.
class RejectReplay {
 public:
  struct Ports {
    DropZone& zone;
    const DocumentDecoder& documents;
    /// Reads an original as it was read when it came in.
    std::function<Result<IncomingRecord>(std::string_view, const CallOptions&)> originals;
  };

  /// What the ports refer to must outlive it. A dry run says what would become of the rejects, and
  /// writes nothing.
  explicit RejectReplay(Ports ports, bool dry_run = false)
      : ports_(std::move(ports)), dry_run_(dry_run) {}

  /// Replays the rejects of these ids; results in their order.
  [[nodiscard]] Result<std::vector<ReplayResult>> replay(std::span<const std::string> ids,
                                                         const CallOptions& options) const;

  struct Page {
    std::vector<ReplayResult> results;
    std::optional<Position> next;  ///< Where the next page begins; nothing at the end.
    /// What ended the page early, if anything did. The results are then those of the rejects that
    /// were done by then and are gone; of the others nothing is known.
    std::optional<Error> failure = std::nullopt;
  };
  /// Replays the next selected rejects, in the order of their ids: at most `limit`, and no more
  /// once they have `max_bytes`. After an error none of them was done, as far as is known.
  [[nodiscard]] Result<Page> replay_page(const RejectSelection& selection, std::size_t limit,
                                         std::size_t max_bytes,
                                         const std::optional<Position>& after,
                                         const CallOptions& options) const;

  /// Puts a correction in a reject's place: it becomes a record, as one that arrives now, and the
  /// reject is gone, in one transaction. If it is refused, the reject stays as it is, and the
  /// result says why. `not_found` if there is no such reject.
  [[nodiscard]] Result<StoreResult> correct(const std::string& reject_id, IncomingRecord correction,
                                            const CallOptions& options) const;

 private:
  Ports ports_;
  bool dry_run_;
};

}  // namespace dropzone
