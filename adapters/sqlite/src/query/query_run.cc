#include "query/query_run.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <dropzone/call/takes_long.h>

namespace dropzone::sqlite {
namespace {

constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();
// Of a walk that precedes everything else, in records for each that is wanted.
constexpr std::int64_t kShortWalk = 4;
// After so many it is given up if it has shown less than half of what it should have.
constexpr std::int64_t kSample = 64;
// What a call that may not take long looks at, at least.
constexpr std::int64_t kBriefLook = 256;

std::int64_t most_looked_at(const Query& query, const CallOptions& options) {
  if (options.may_wait || query.limit > kUnlimited / kShortWalk) return kUnlimited;
  return std::max(kBriefLook, kShortWalk * static_cast<std::int64_t>(query.limit));
}

Columns compared_columns(const Query& query) {
  return names_meta_time(query.filter, query.order) ? Columns::dated : Columns::document;
}

// Ids are unique, so a key `_id` is the last that decides; and it says nothing that ties do not
// if it has the direction of the key before it.
std::vector<SortKey> deciding(const std::vector<SortKey>& order) {
  const auto id = std::ranges::find_if(order, [](const SortKey& key) { return key.field.is_id(); });
  std::vector<SortKey> keys(order.begin(), id);
  const bool is_tie =
      !keys.empty() && id != order.end() && id->descending == keys.back().descending;
  if (id != order.end() && !is_tie) keys.push_back(*id);
  return keys;
}

}  // namespace

QueryRun::QueryRun(Connection& connection, const Catalog& catalog, const KindTables& kind,
                   const Query& query, Projection projection, const RecordSink& sink,
                   const QueryTuning& tuning, const CallOptions& options)
    : connection_(connection),
      kind_(kind),
      query_(query),
      compared_(compared_columns(query)),
      projection_(projection),
      sink_(sink),
      tuning_(tuning),
      planner_(connection, kind),
      record_(connection, catalog, compared_),
      matcher_(query.filter),
      watch_(&options),
      may_take_long_(options.may_wait),
      most_(most_looked_at(query, options)),
      places_meter_(options.memory.get()),
      order_(deciding(query.order)),
      after_(query.after) {}

Result<std::optional<Position>> QueryRun::run() {
  auto driver = planner_.driver_for(query_.filter);
  if (!driver) return std::move(driver).error();
  auto outcome = run_by(*driver, planner_.ordered_access_for(query_.filter, order_));
  places_meter_.give_back();
  if (!outcome) return std::move(outcome).error();
  if (*outcome == Outcome::gave_up) return takes_long();
  return std::move(next_);
}

Result<QueryRun::Outcome> QueryRun::run_by(const std::optional<Driver>& driver,
                                           const std::optional<OrderedPath>& ordered) {
  if (!driver) {
    if (!ordered) return gather_all();
    return ordered->total ? walk(*ordered, most_) : gather(*ordered, most_);
  }
  if (orders_by_id() && driver->accesses.size() == 1 &&
      is_ordered_by_id(driver->accesses.front())) {
    return walk({driver->accesses.front(), ordered->descending, driver->exact, true}, most_);
  }
  if (ordered) return run_adaptively(*driver, *ordered);
  const auto records = planner_.records();
  if (!records) return records.error();
  auto outcome = gather(*driver, std::min(most_, tuning_.few_candidates + *records / 4));
  if (outcome && *outcome == Outcome::gave_up && may_take_long_) return gather_all();
  return outcome;
}

// With n records of which the filter selects m, evenly spread, walking in order reads limit * n / m
// of them, so gathering m candidates is cheaper up to the square root of limit * n. Should the
// records be spread unevenly, the walk is given up in time, too. A short walk goes before: it is
// all that it takes if the filter selects much, and costs little if it does not.
Result<QueryRun::Outcome> QueryRun::run_adaptively(const Driver& driver,
                                                   const OrderedPath& ordered) {
  const bool one_way =
      driver.accesses.size() == 1 && driver.accesses.front().index == ordered.access.index;
  if (one_way) return ordered.total ? walk(ordered, most_) : gather(ordered, most_);
  auto few = has_few(driver);
  if (!few) return std::move(few).error();
  if (*few) {
    few_ = true;
    return gather(driver, kUnlimited);
  }
  const auto limit = static_cast<std::int64_t>(query_.limit);
  Result<Outcome> outcome = Outcome::gave_up;
  if (ordered.total) outcome = walk(ordered, kShortWalk * limit, Walk::tentative);
  if (!outcome || *outcome == Outcome::complete || !may_take_long_) return outcome;
  const auto records = planner_.records();
  if (!records) return records.error();
  const double cost = tuning_.record_cost * static_cast<double>(query_.limit + 1);
  const auto budget = tuning_.few_candidates +
                      static_cast<std::int64_t>(std::sqrt(cost * static_cast<double>(*records)));
  outcome = gather(driver, budget);
  if (!outcome || *outcome == Outcome::complete) return outcome;
  outcome = ordered.total ? walk(ordered, 8 * budget) : gather(ordered, 8 * budget);
  if (!outcome || *outcome == Outcome::complete) return outcome;
  return gather(driver, kUnlimited);
}

Result<bool> QueryRun::has_few(const Driver& driver) {
  const auto limit = static_cast<std::int64_t>(query_.limit);
  std::int64_t candidates = 0;
  for (const AccessPath& access : driver.accesses) {
    auto count = count_entries(connection_, kind_, access, limit + 1 - candidates);
    if (!count) return std::move(count).error();
    candidates += *count;
    if (candidates > limit) return false;
  }
  return true;
}

Result<QueryRun::Outcome> QueryRun::walk(const OrderedPath& ordered, std::int64_t budget,
                                         Walk mode) {
  const AccessPath access = clipped(ordered);
  const bool by_field = access.index && !orders_by_id();
  const bool compared = !ordered.exact || query_.order.size() > 1;
  const bool reads_row = compared || shows_rows();
  const Columns columns = columns_for(projection_, compared ? compared_ : Columns::id);
  const bool joins_original =
      !access.index && !compared && (projection_.original || projection_.meta);
  Candidates candidates(connection_, kind_, access,
                        {.columns = columns,
                         .descending = ordered.descending,
                         .scalars_alone = by_field,
                         .with_rows = reads_row,
                         .with_originals = joins_original});
  const bool tentative = mode == Walk::tentative || !may_take_long_;
  const std::size_t enough_of_sample = shown_ + kSample / kShortWalk / 2;
  for (std::int64_t looked_at = 1;; ++looked_at) {
    auto next = candidates.next();
    if (!next) return std::move(next).error();
    if (!*next) return Outcome::complete;
    if (watch_.is_over()) return deadline_exceeded();
    if (reads_row) {
      auto row = candidates.row();
      if (!row) return std::move(row).error();
      if (!joins_original) {
        record_.at(**row);
      } else if (auto there = record_.at_joined(**row, columns); !there) {
        return std::move(there).error();
      }
    }
    std::optional<std::vector<Value>> values;
    if (compared) {
      auto judged = selected_values(ordered.exact);
      if (!judged) return std::move(judged).error();
      values = *std::move(judged);
    }
    if (values || !compared) {
      if (room() == 0) {
        next_ = std::move(last_);
        return Outcome::complete;
      }
      if (!reads_row) {
        show_id(candidates.id());
      } else if (auto shown = show_row(); !shown) {
        return std::move(shown).error();
      }
      if (room() == 0) {
        last_ = entry_place(candidates);
        if (compared) last_.sort_values = *std::move(values);
      }
    }
    const bool promises_little =
        tentative && looked_at == kSample && shown_ < enough_of_sample && room() > 0;
    if (looked_at == budget || promises_little) {
      after_ = entry_place(candidates);
      return Outcome::gave_up;
    }
  }
}

AccessPath QueryRun::clipped(const OrderedPath& ordered) const {
  AccessPath access = ordered.access;
  if (!after_ || access.ranges.empty()) return access;
  const bool by_field = access.index && !orders_by_id();
  const Value value = by_field       ? after_->sort_values.front()
                      : access.index ? access.ranges.front().low.value
                                     : Value(after_->id);
  const std::optional<std::string> id =
      access.index && ordered.total ? std::optional(after_->id) : std::nullopt;
  KeyRange rest;
  if (ordered.descending) {
    rest.high = id             ? Bound::before(value, *id)
                : access.index ? Bound::after(value)
                               : Bound::before(value);
  } else {
    rest.low = id             ? Bound::after(value, *id)
               : access.index ? Bound::before(value)
                              : Bound::after(value);
  }
  access.ranges = intersect(access.ranges, KeyRanges({std::move(rest)}));
  return access;
}

Position QueryRun::entry_place(const Candidates& candidates) const {
  Position place{{}, std::string(candidates.id())};
  if (!orders_by_id()) {
    place.sort_values.push_back(candidates.scalar());
  } else if (!order_.empty()) {
    place.sort_values.emplace_back(place.id);
  }
  return place;
}

Result<QueryRun::Outcome> QueryRun::gather(const Driver& driver, std::int64_t budget) {
  Places places(IsBefore{&order_});
  for (const AccessPath& access : driver.accesses) {
    auto outcome = collect(access, driver.exact, nullptr, budget, places);
    if (!outcome || *outcome == Outcome::gave_up) return outcome;
  }
  if (auto shown = show_all(places); !shown) return std::move(shown).error();
  return Outcome::complete;
}

Result<QueryRun::Outcome> QueryRun::gather(const OrderedPath& ordered, std::int64_t budget) {
  Places places(IsBefore{&order_});
  auto outcome = collect(clipped(ordered), ordered.exact, &ordered, budget, places);
  if (!outcome || *outcome == Outcome::gave_up) return outcome;
  if (auto shown = show_all(places); !shown) return std::move(shown).error();
  return Outcome::complete;
}

Result<QueryRun::Outcome> QueryRun::gather_all() {
  return gather(Driver{{{nullptr, KeyRanges::everything()}}, query_.filter.selects_all()}, most_);
}

Result<QueryRun::Outcome> QueryRun::collect(const AccessPath& access, bool exact,
                                            const OrderedPath* in_order, std::int64_t& budget,
                                            Places& places) {
  const bool sorts_by_index =
      access.index && !orders_by_id() && order_.front().field == access.index->field;
  const bool place_in_entry = query_.order.size() <= 1 && (orders_by_id() || sorts_by_index);
  const bool compared = !exact || !place_in_entry;
  const bool all_wanted = few_ && shows_data_alone();
  Candidates candidates(connection_, kind_, access,
                        {.columns = compared     ? compared_
                                    : all_wanted ? Columns::document
                                                 : Columns::id,
                         .descending = in_order && in_order->descending,
                         .scalars_alone = sorts_by_index,
                         .with_rows = compared || all_wanted});
  while (true) {
    auto next = candidates.next();
    if (!next) return std::move(next).error();
    if (!*next) return Outcome::complete;
    if (watch_.is_over()) return deadline_exceeded();
    if (budget-- == 0) return Outcome::gave_up;
    std::optional<Position> place;
    if (place_in_entry || in_order) {
      place = entry_place(candidates);
      if (in_order && is_beyond(places, *place)) return Outcome::complete;
      if (place_in_entry && !is_wanted(places, *place)) continue;
    }
    if (compared) {
      auto found = place_of(candidates, exact);
      if (!found) return std::move(found).error();
      place = *std::move(found);
      if (!place || !is_wanted(places, *place)) continue;
    }
    if (auto kept = keep(places, *std::move(place), candidates); !kept) {
      return std::move(kept).error();
    }
  }
}

// Whether all that follow in the order of the first sort key are after the last place kept.
bool QueryRun::is_beyond(const Places& places, const Position& place) const {
  if (places.size() <= room()) return false;
  const auto& last = std::prev(places.end())->first.sort_values.front();
  const auto ordering = compare_scalars(place.sort_values.front(), last);
  return order_.front().descending ? ordering < 0 : ordering > 0;
}

bool QueryRun::is_wanted(const Places& places, const Position& place) const {
  if (after_ && compare_positions(order_, place, *after_) <= 0) return false;
  return places.size() <= room() || places.key_comp()(place, std::prev(places.end())->first);
}

// Small data is kept with its place, which saves looking for the record a second time.
Result<void> QueryRun::keep(Places& places, Position place, Candidates& candidates) {
  std::optional<std::string> data;
  if (shows_data_alone() && candidates.has_row()) {
    auto row = candidates.row();
    if (!row) return std::move(row).error();
    record_.at(**row);
    data = record_.data_in_row();
  }
  const std::size_t bytes = bytes_of(place) + (data ? data->capacity() : 0);
  if (!places_meter_.add(bytes)) return *places_meter_.fault();
  // An array leads to its record once for each of its elements.
  if (!places.try_emplace(std::move(place), std::move(data)).second) places_meter_.remove(bytes);
  if (places.size() > room() + 1) {
    const auto last = std::prev(places.end());
    places_meter_.remove(bytes_of(last->first) + (last->second ? last->second->capacity() : 0));
    places.erase(last);
  }
  return {};
}

Result<std::optional<Position>> QueryRun::place_of(Candidates& candidates, bool exact) {
  auto row = candidates.row();
  if (!row) return std::move(row).error();
  record_.at(**row);
  auto values = selected_values(exact);
  if (!values) return std::move(values).error();
  if (!*values) return std::optional<Position>();
  return std::optional(Position{*std::move(*values), std::string(candidates.id())});
}

Result<void> QueryRun::show_all(const Places& places) {
  auto statement = connection_.prepare(select_record(kind_, columns_for(projection_, Columns::id)));
  if (!statement) return std::move(statement).error();
  for (const auto& [place, data] : places) {
    if (room() == 0) {
      next_ = std::move(last_);
      return {};
    }
    if (watch_.is_over(8)) return deadline_exceeded();
    if (data) {
      show({.id = place.id, .data = *data, .original = {}, .meta = nullptr});
    } else if (shows_rows()) {
      if (auto sought = seek_record(*statement, place.id); !sought) return sought;
      record_.at(*statement);
      if (auto shown = show_row(); !shown) return shown;
    } else {
      show_id(place.id);
    }
    if (room() == 0) last_ = place;
  }
  return {};
}

Result<std::optional<std::vector<Value>>> QueryRun::selected_values(bool exact) {
  using Values = std::optional<std::vector<Value>>;
  auto document = record_.document();
  if (!document) return std::move(document).error();
  Values values;
  const bool selected = exact || matcher_.matches(record_.id(), **document, watch_);
  if (watch_.was_over()) return deadline_exceeded();
  if (selected) {
    values = sort_values(query_.order, record_.id(), **document);
  }
  if (auto sound = check(**document); !sound) return std::move(sound).error();
  return values;
}

Result<void> QueryRun::show_row() {
  auto view = record_.view(projection_);
  if (!view) return std::move(view).error();
  show(*view);
  return {};
}

void QueryRun::show_id(std::string_view id) {
  show({.id = id, .data = {}, .original = {}, .meta = nullptr});
}

void QueryRun::show(const RecordView& view) {
  sink_(view);
  shown_bytes_ += view.bytes();
  ++shown_;
}

}  // namespace dropzone::sqlite
