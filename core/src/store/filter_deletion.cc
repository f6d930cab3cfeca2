#include <dropzone/store/filter_deletion.h>

namespace dropzone {
namespace {

/// How often a record that others change all the time is looked at.
constexpr int kMostRounds = 20;

const FieldPath& id_field() {
  static const FieldPath kId = *FieldPath::parse("_id");
  return kId;
}

Filter with_ids(const Filter& filter, const std::vector<Erase>& records) {
  Array ids;
  for (const Erase& record : records) ids.emplace_back(record.id);
  return {Filter::And{{filter, {Condition{id_field(), Operator::in, std::move(ids)}}}}};
}

Error changed_all_the_time() {
  return {
      ErrorCode::unavailable,
      "Some of the selected records are changed all the time. The others are deleted; repeat the "
      "request."};
}

}  // namespace

Result<FilterDeletion::Preview> FilterDeletion::preview(const CallOptions& options) const {
  const auto counted = repository_.aggregate(
      {.kind = kind_, .filter = filter_, .count = true, .sums = {}, .averages = {}}, options);
  if (!counted) return counted.error();
  const auto first = select(std::nullopt, kShownIds, options);
  if (!first) return first.error();
  Preview preview{.selected = counted->count.value_or(0), .first_ids = {}};
  for (const Erase& record : first->records) preview.first_ids.push_back(record.id);
  return preview;
}

Result<FilterDeletion::Selection> FilterDeletion::select(const std::optional<Position>& after,
                                                         std::size_t limit,
                                                         const CallOptions& options) const {
  return read(filter_, after, limit, options);
}

Result<FilterDeletion::Selection> FilterDeletion::read(const Filter& filter,
                                                       const std::optional<Position>& after,
                                                       std::size_t limit,
                                                       const CallOptions& options) const {
  const Query query{.kind = kind_, .filter = filter, .order = {}, .after = after, .limit = limit};
  Selection selection;
  auto next = repository_.query(
      query, {.meta = true, .data = false},
      [&](const RecordView& view) {
        selection.records.push_back({std::string(view.id), view.meta->version});
      },
      options);
  if (!next) return std::move(next).error();
  selection.next = *std::move(next);
  return selection;
}

Result<std::size_t> FilterDeletion::erase(const Selection& selection,
                                          const CallOptions& options) const {
  std::vector<Erase> records = selection.records;
  std::size_t deleted = 0;
  for (int round = 0; !records.empty(); ++round) {
    if (round == kMostRounds) return changed_all_the_time();
    if (round > 0) {
      auto again = read(with_ids(filter_, records), std::nullopt, records.size(), options);
      if (!again) return std::move(again).error();
      records = std::move(again->records);
    }
    const auto erased = erase_once(records, options);
    if (!erased) return erased.error();
    deleted += *erased;
  }
  return deleted;
}

// What was changed meanwhile is left in the list.
Result<std::size_t> FilterDeletion::erase_once(std::vector<Erase>& records,
                                               const CallOptions& options) const {
  if (records.empty()) return std::size_t{0};
  const auto statuses =
      eraser_ ? eraser_(records, options) : repository_.erase(kind_, records, options);
  if (!statuses) return statuses.error();
  std::size_t deleted = 0;
  std::vector<Erase> changed;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if ((*statuses)[i] == EraseStatus::erased) ++deleted;
    if ((*statuses)[i] == EraseStatus::precondition_failed) changed.push_back(records[i]);
  }
  records = std::move(changed);
  return deleted;
}

}  // namespace dropzone
