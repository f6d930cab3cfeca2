#include "query/aggregate_run.h"

#include <limits>
#include <utility>
#include <vector>

#include <dropzone/call/watch.h>
#include <dropzone/query/filter_matcher.h>

#include "query/candidates.h"
#include "query/record_row.h"

namespace dropzone::sqlite {
namespace {

/// The one field of which an entry of an index knows the value.
class EntryField final : public FieldSource {
 public:
  explicit EntryField(Value value) : value_(std::move(value)) {}
  [[nodiscard]] const Value* find(const FieldPath&) const override { return &value_; }

 private:
  const Value value_;
};

class AggregateRun {
 public:
  AggregateRun(Connection& connection, const Catalog& catalog, const KindTables& kind,
               const AggregateQuery& query, const CallOptions& options)
      : connection_(connection),
        kind_(kind),
        query_(query),
        fields_(query.fields()),
        compared_(names_meta_time(query) ? Columns::dated : Columns::document),
        planner_(connection, kind),
        record_(connection, catalog, compared_),
        matcher_(query.filter),
        aggregator_(query, options.memory.get()),
        watch_(&options) {}

  Result<Aggregates> run() {
    const bool counts_alone = query_.counts_alone();
    if (counts_alone && query_.filter.selects_all()) return counted(planner_.records());
    auto access = only_access();
    if (!access) return std::move(access).error();
    if (auto entries = covering_entries(*access)) return add_entries(*entries);
    if (!*access) return add_all({nullptr, KeyRanges::everything()});
    if (counts_alone && exact_) {
      return counted(count_entries(connection_, kind_, **access, kAll));
    }
    return add_cheaply(**access);
  }

 private:
  static constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();

  // A way that leads once to each record that the filter selects, if there is one.
  Result<std::optional<AccessPath>> only_access() {
    auto driver = planner_.driver_for(query_.filter);
    if (!driver) return std::move(driver).error();
    if (!*driver || (*driver)->accesses.size() != 1) return std::optional<AccessPath>();
    exact_ = (*driver)->exact;
    AccessPath access = std::move((*driver)->accesses.front());
    auto repeats = planner_.can_repeat(access);
    if (!repeats) return std::move(repeats).error();
    return *repeats ? std::nullopt : std::optional(std::move(access));
  }

  // The entries of an index that has all that is asked for: of groups of one field's values, and
  // figures of the same field, records without a scalar there are no part.
  [[nodiscard]] std::optional<AccessPath> covering_entries(
      const std::optional<AccessPath>& selected) const {
    if (fields_.size() != 1 || (query_.count && query_.groups.empty())) return std::nullopt;
    const FieldIndex* const index = kind_.index_of(fields_.front());
    if (!index) return std::nullopt;
    if (query_.filter.selects_all()) return AccessPath{index, KeyRanges::everything()};
    const bool is_same = selected && exact_ && selected->index == index;
    return is_same ? selected : std::nullopt;
  }

  Result<Aggregates> add_entries(const AccessPath& access) {
    Candidates entries(connection_, kind_, access, {.scalars_alone = true});
    while (true) {
      auto next = entries.next();
      if (!next) return std::move(next).error();
      if (!*next) return aggregator_.result();
      if (watch_.is_over(1)) return deadline_exceeded();
      if (!aggregator_.add(EntryField(entries.scalar()))) return aggregator_.result();
    }
  }

  // Finding a record by an index costs some times as much as passing it in a scan.
  Result<Aggregates> add_cheaply(const AccessPath& access) {
    const auto records = planner_.records();
    if (!records) return records.error();
    const std::int64_t limit = *records / 4 + 1;
    const auto candidates = count_entries(connection_, kind_, access, limit);
    if (!candidates) return candidates.error();
    return add_all(*candidates < limit ? access : AccessPath{nullptr, KeyRanges::everything()});
  }

  Result<Aggregates> add_all(const AccessPath& access) {
    Candidates candidates(connection_, kind_, access, {.columns = compared_, .with_rows = true});
    while (true) {
      auto next = candidates.next();
      if (!next) return std::move(next).error();
      if (!*next) return aggregator_.result();
      auto row = candidates.row();
      if (!row) return std::move(row).error();
      record_.at(**row);
      auto document = record_.document();
      if (!document) return std::move(document).error();
      if (watch_.is_over(4 + fields_.size() * (*document)->work_of_find())) {
        return deadline_exceeded();
      }
      const bool selected = matcher_.matches(record_.id(), **document, watch_);
      if (watch_.was_over()) return deadline_exceeded();
      if (selected && !aggregator_.add(**document)) return aggregator_.result();
      if (auto sound = check(**document); !sound) return std::move(sound).error();
    }
  }

  [[nodiscard]] Result<Aggregates> counted(const Result<std::int64_t>& count) const {
    if (!count) return count.error();
    Aggregates aggregates;
    if (query_.count) aggregates.count = *count;
    return aggregates;
  }

  Connection& connection_;
  const KindTables& kind_;
  const AggregateQuery& query_;
  const std::vector<FieldPath> fields_;
  const Columns compared_;
  QueryPlanner planner_;
  RecordRow record_;
  const FilterMatcher matcher_;
  Aggregator aggregator_;
  Watch watch_;
  bool exact_ = false;
};

}  // namespace

Result<Aggregates> run_aggregate(Connection& connection, const Catalog& catalog,
                                 const KindTables& kind, const AggregateQuery& query,
                                 const CallOptions& options) {
  return AggregateRun(connection, catalog, kind, query, options).run();
}

}  // namespace dropzone::sqlite
