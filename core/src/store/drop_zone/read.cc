#include <utility>

#include <dropzone/store/drop_zone.h>

namespace dropzone {

Result<std::vector<std::string>> DropZone::fetch_many(std::string_view kind,
                                                      std::span<const std::string> ids,
                                                      Projection projection, const RecordSink& sink,
                                                      const CallOptions& options) {
  const auto found_kind = kinds()->find(kind);
  if (!found_kind) return found_kind.error();
  // Records come in the order asked: whatever the sink skips over is missing.
  std::vector<std::string> missing;
  std::size_t next = 0;
  const auto note_missing_until = [&](std::string_view id) {
    while (next < ids.size() && ids[next] != id) missing.push_back(ids[next++]);
  };
  auto done = ports_.repository.find((*found_kind)->name(), ids, projection,
                                     [&](const RecordView& view) {
                                       note_missing_until(view.id);
                                       ++next;
                                       sink(view);
                                     },
                                     options);
  if (!done) return std::move(done).error();
  missing.insert(missing.end(), ids.begin() + static_cast<std::ptrdiff_t>(next), ids.end());
  return missing;
}

Result<PageResult> DropZone::fetch(const Query& query, Projection projection,
                                   const RecordSink& sink, const CallOptions& options) {
  if (const auto kind = kinds()->find(query.kind); !kind) return kind.error();
  auto next = ports_.repository.query(query, projection, sink, options);
  if (!next) return std::move(next).error();
  return PageResult{*std::move(next)};
}

Result<Aggregates> DropZone::aggregate(const AggregateQuery& query, const CallOptions& options) {
  if (const auto kind = kinds()->find(query.kind); !kind) return kind.error();
  return ports_.repository.aggregate(query, options);
}

Result<KindStats> DropZone::stats(const Kind& kind, const CallOptions& options) {
  const auto count = [&](std::string_view of_kind, Filter filter) -> Result<std::int64_t> {
    const AggregateQuery query{.kind = std::string(of_kind),
                               .filter = std::move(filter),
                               .count = true,
                               .sums = {},
                               .averages = {}};
    const auto aggregates = ports_.repository.aggregate(query, options);
    if (!aggregates) return aggregates.error();
    return aggregates->count.value_or(0);
  };
  const auto records = count(kind.name(), Filter::all());
  if (!records) return records.error();
  const auto rejects =
      count(kRejectsKind, {Condition{*FieldPath::parse("kind"), Operator::equal, kind.name()}});
  if (!rejects) return rejects.error();
  return KindStats{*records, *rejects};
}

Result<PageResult> DropZone::rejects(const std::optional<std::string>& kind, std::size_t limit,
                                     std::size_t max_bytes, const std::optional<Position>& after,
                                     const RecordSink& sink, const CallOptions& options) {
  Query query{.kind = std::string(kRejectsKind), .filter = {}, .order = {}, .after = after};
  query.limit = limit;
  query.max_bytes = max_bytes;
  if (kind) {
    if (const auto known = kinds()->find(*kind); !known) return known.error();
    query.filter = {Condition{*FieldPath::parse("kind"), Operator::equal, *kind}};
  }
  auto next = ports_.repository.query(query, {.original = true}, sink, options);
  if (!next) return std::move(next).error();
  return PageResult{*std::move(next)};
}

}  // namespace dropzone
