#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <dropzone/call/memory_meter.h>
#include <dropzone/call/watch.h>
#include <dropzone/query/filter_matcher.h>
#include <dropzone/result.h>
#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/store/record_repository.h>

#include "db/catalog.h"
#include "db/connection.h"
#include "query/candidates.h"
#include "query/query_plan.h"
#include "query/record_row.h"

namespace dropzone::sqlite {

/// One page of a query's result. Of the ways that a plan offers it takes the one that turns out to
/// be cheap: if the filter's index has many candidates, it rather walks the records in the
/// query's order until the page is full, and the other way round.
class QueryRun {
 public:
  /// All must outlive it. Within a transaction.
  QueryRun(Connection& connection, const Catalog& catalog, const KindTables& kind,
           const Query& query, Projection projection, const RecordSink& sink,
           const QueryTuning& tuning, const CallOptions& options);

  /// As RecordRepository::query(). If the call may not take long, it takes none of the ways that
  /// look at many more records than it shows.
  Result<std::optional<Position>> run();

 private:
  enum class Outcome : std::uint8_t { complete, gave_up };

  struct IsBefore {
    const std::vector<SortKey>* order;
    bool operator()(const Position& left, const Position& right) const {
      return compare_positions(*order, left, right) < 0;
    }
  };
  /// The data of each, if it was available and small.
  using Places = std::map<Position, std::optional<std::string>, IsBefore>;

  Result<Outcome> run_by(const std::optional<Driver>& driver,
                         const std::optional<OrderedPath>& ordered);
  Result<Outcome> run_adaptively(const Driver& driver, const OrderedPath& ordered);

  /// Whether a page has room for all candidates.
  Result<bool> has_few(const Driver& driver);

  enum class Walk : std::uint8_t { to_the_end, tentative };

  /// Shows the records in the order in which the access leads to them. A tentative walk is given up
  /// early if the first records are rarely selected.
  Result<Outcome> walk(const OrderedPath& ordered, std::int64_t budget,
                       Walk mode = Walk::to_the_end);
  /// Collects the first places among all candidates, then shows their records.
  Result<Outcome> gather(const Driver& driver, std::int64_t budget);
  Result<Outcome> gather(const OrderedPath& ordered, std::int64_t budget);
  Result<Outcome> gather_all();

  /// Adds the places to which an access leads. With `in_order` it ends when no further one can be
  /// among the first.
  Result<Outcome> collect(const AccessPath& access, bool exact, const OrderedPath* in_order,
                          std::int64_t& budget, Places& places);
  Result<std::optional<Position>> place_of(Candidates& candidates, bool exact);
  [[nodiscard]] bool is_beyond(const Places& places, const Position& place) const;
  [[nodiscard]] bool is_wanted(const Places& places, const Position& place) const;
  Result<void> keep(Places& places, Position place, Candidates& candidates);
  Result<void> show_all(const Places& places);

  /// The sort values of the record at hand if the filter selects it; `exact` says that it does.
  Result<std::optional<std::vector<Value>>> selected_values(bool exact);
  /// The record at which record_ is.
  Result<void> show_row();
  /// A record of which nothing more is wanted.
  void show_id(std::string_view id);
  void show(const RecordView& view);
  /// The access without what is before the page.
  [[nodiscard]] AccessPath clipped(const OrderedPath& ordered) const;
  /// The place of the candidate at hand as far as the index knows it.
  [[nodiscard]] Position entry_place(const Candidates& candidates) const;
  [[nodiscard]] bool orders_by_id() const noexcept {
    return order_.empty() || order_.front().field.is_id();
  }
  [[nodiscard]] bool shows_rows() const noexcept {
    return projection_.data || projection_.original || projection_.meta;
  }
  [[nodiscard]] bool shows_data_alone() const noexcept {
    return projection_.data && !projection_.original && !projection_.meta;
  }
  [[nodiscard]] std::size_t room() const noexcept {
    return shown_bytes_ < query_.max_bytes ? query_.limit - shown_ : 0;
  }

  Connection& connection_;
  const KindTables& kind_;
  const Query& query_;
  const Columns compared_;  ///< With which records are compared.
  Projection projection_;
  const RecordSink& sink_;
  const QueryTuning& tuning_;
  QueryPlanner planner_;
  RecordRow record_;
  const FilterMatcher matcher_;
  Watch watch_;
  const bool may_take_long_;
  const std::int64_t most_;        ///< Records to look at; kept to if the call may not take long.
  MemoryMeter places_meter_;       ///< Long texts may be sorted by, and a page's are held.
  std::vector<SortKey> order_;     ///< The sort keys that decide: those after an `_id` do not.
  std::optional<Position> after_;  ///< Everything up to here was shown or is not selected.
  bool few_ = false;               ///< All candidates are wanted.
  std::size_t shown_ = 0;
  std::size_t shown_bytes_ = 0;
  Position last_;  ///< Of the record that made the page full.
  std::optional<Position> next_;
};

}  // namespace dropzone::sqlite
