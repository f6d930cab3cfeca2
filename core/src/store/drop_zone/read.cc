#include <utility>

#include <dropzone/store/drop_zone.h>
#include <dropzone/text/in_quotes.h>

namespace dropzone {
Filter filter_of(const RejectSelection& selection) {
  std::vector<Filter> conditions;
  const auto add = [&](const char* field, Operator op, const auto& value) {
    if (value) conditions.push_back({Condition{*FieldPath::parse(field), op, *value}});
  };
  add("kind", Operator::equal, selection.kind);
  add("code", Operator::equal, selection.code);
  add("step", Operator::equal, selection.step);
  add("receivedAt", Operator::less, selection.received_before);
  add("receivedAt", Operator::greater, selection.received_after);
  if (conditions.size() == 1) return std::move(conditions.front());
  return {Filter::And{std::move(conditions)}};
}

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

Result<PageResult> DropZone::rejects(const RejectSelection& selection, std::size_t limit,
                                     std::size_t max_bytes, const std::optional<Position>& after,
                                     const RecordSink& sink, const CallOptions& options) {
  if (selection.kind) {
    if (const auto known = kinds()->find(*selection.kind); !known) return known.error();
  }
  Query query{.kind = std::string(kRejectsKind),
              .filter = filter_of(selection),
              .order = {},
              .after = after};
  query.limit = limit;
  query.max_bytes = max_bytes;
  auto next = ports_.repository.query(query, {.original = true, .meta = true, .timestamps = true},
                                      sink, options);
  if (!next) return std::move(next).error();
  return PageResult{*std::move(next)};
}

Result<void> DropZone::reject(const std::string& id, const RecordSink& sink,
                              const CallOptions& options) {
  bool found = false;
  DROPZONE_CHECK(ports_.repository.find(
      std::string(kRejectsKind), std::span(&id, 1), {.original = true, .meta = true},
      [&](const RecordView& view) {
        found = true;
        sink(view);
      },
      options));
  if (found) return {};
  return no_such_reject(id);
}

Error no_such_reject(std::string_view id) {
  return {ErrorCode::not_found, "There is no reject " + in_quotes(id) + '.'};
}

}  // namespace dropzone
