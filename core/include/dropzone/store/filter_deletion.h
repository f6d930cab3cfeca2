#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/call/call_options.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/store/record_repository.h>

namespace dropzone {

/// Deletes the records of a kind that a filter selects, in the order of their ids.
///
/// Each is deleted on the condition of the version that was read. A record that somebody changes
/// meanwhile is looked at again, and deleted only if the filter still selects it; so nothing is
/// deleted unseen. Records that come after their place was passed stay. Thread-safe.
class FilterDeletion {
 public:
  /// What would be deleted.
  struct Preview {
    std::int64_t selected = 0;
    std::vector<std::string> first_ids;  ///< At most kShownIds.
  };
  static constexpr std::size_t kShownIds = 20;
  /// More than so many are not deleted within one request.
  static constexpr std::size_t kMostAtOnce = 1'000;

  /// Some records as they were read.
  struct Selection {
    std::vector<Erase> records;
    std::optional<Position> next;  ///< Where the others begin, if there are any.
  };

  /// Erases records of the kind, as RecordRepository::erase() does.
  using Eraser =
      std::function<Result<std::vector<EraseStatus>>(std::span<const Erase>, const CallOptions&)>;

  /// The repository must outlive it, and erases unless there is an eraser.
  FilterDeletion(RecordRepository& repository, std::string kind, Filter filter,
                 Eraser eraser = nullptr)
      : repository_(repository),
        kind_(std::move(kind)),
        filter_(std::move(filter)),
        eraser_(std::move(eraser)) {}

  /// Failures are those of RecordRepository::aggregate() and query().
  [[nodiscard]] Result<Preview> preview(const CallOptions& options) const;

  /// At most so many of the records after a place.
  [[nodiscard]] Result<Selection> select(const std::optional<Position>& after, std::size_t limit,
                                         const CallOptions& options) const;

  /// Deletes the selected records. Returns how many it deleted: those that somebody else deleted,
  /// or changed so that the filter no longer selects them, are not counted. `unavailable` if a
  /// record is changed again and again; others are deleted by then, and a repetition does the rest.
  [[nodiscard]] Result<std::size_t> erase(const Selection& selection,
                                          const CallOptions& options) const;

 private:
  Result<Selection> read(const Filter& filter, const std::optional<Position>& after,
                         std::size_t limit, const CallOptions& options) const;
  Result<std::size_t> erase_once(std::vector<Erase>& records, const CallOptions& options) const;

  RecordRepository& repository_;
  const std::string kind_;
  const Filter filter_;
  const Eraser eraser_;
};

}  // namespace dropzone
