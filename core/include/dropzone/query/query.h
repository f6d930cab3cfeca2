#pragma once

#include <compare>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <dropzone/query/filter.h>
#include <dropzone/query/group_by.h>
#include <dropzone/value/field_path.h>
#include <dropzone/value/field_source.h>
#include <dropzone/value/statistics.h>
#include <dropzone/value/value.h>

namespace dropzone {

struct SortKey {
  FieldPath field;
  bool descending = false;

  friend bool operator==(const SortKey&, const SortKey&) = default;
};

/// A position in an ordered result: the sort values and the id of the record last returned. The
/// next page begins after it, whether or not that record still exists.
struct Position {
  std::vector<Value> sort_values;  ///< One scalar for each sort key.
  std::string id;

  friend bool operator==(const Position&, const Position&) = default;
};

/// Roughly the memory that a position takes.
[[nodiscard]] std::size_t bytes_of(const Position& position) noexcept;

/// Which records of a kind, in what order, and from which position on.
///
/// The result is ordered by the sort keys, each by compare_scalars() in its direction, then by id
/// in the direction of the last key (ascending if there is none). A record that lacks a scalar
/// at a sort key is not in the result. Sort keys after `_id` are
/// ignored, since `_id` is unique.
///
/// Example:
///
///     Query query{.kind = "readings", .filter = {}, .order = {}, .after = {}};
///     query.filter = {Condition{*FieldPath::parse("celsius"), Operator::greater, 20}};
///     query.order = {{.field = *FieldPath::parse("time"), .descending = true}};
///     const auto next = repository.query(query, {}, sink, deadline);  // Then: query.after = *next
struct Query {
  std::string kind;
  Filter filter;
  std::vector<SortKey> order;
  std::optional<Position> after;
  std::size_t limit = 100;  ///< At least 1.
  /// Soft limit: a page ends after the record that reaches it. At least 1.
  std::size_t max_bytes = std::numeric_limits<std::size_t>::max();
};

/// Whether a filter or an order names one of the times in `_meta`. Repositories that can answer
/// such queries look them up in a DatedFields.
[[nodiscard]] bool names_meta_time(const Filter& filter, const std::vector<SortKey>& order = {});

/// The sort values of a record, or nothing if it lacks a scalar at one of the keys.
[[nodiscard]] std::optional<std::vector<Value>> sort_values(const std::vector<SortKey>& order,
                                                            std::string_view id,
                                                            const FieldSource& data);
[[nodiscard]] std::optional<std::vector<Value>> sort_values(const std::vector<SortKey>& order,
                                                            std::string_view id,
                                                            const Object& data);

/// The order of two positions under the sort keys.
[[nodiscard]] std::strong_ordering compare_positions(const std::vector<SortKey>& order,
                                                     const Position& left, const Position& right);

/// The groups that one result may have.
inline constexpr std::size_t kMaxGroups = 1'000;

/// Figures over all records that a filter selects, or over each group of them. Sums and averages
/// are of numbers, minima and maxima of numbers and timestamps; a field that is missing, is an
/// array or has a value of another class adds nothing.
struct AggregateQuery {
  std::string kind;
  Filter filter;
  bool count = false;
  std::vector<FieldPath> sums;
  std::vector<FieldPath> averages;
  std::vector<FieldPath> minima = {};
  std::vector<FieldPath> maxima = {};
  /// Records are in one group if they have the same keys here: see group_key(). A record without
  /// one of the keys is in none.
  std::vector<GroupBy> groups = {};

  /// Whether it asks for nothing but how many records there are.
  [[nodiscard]] bool counts_alone() const noexcept;
  /// Every field whose values it looks at, apart from the filter's, each once.
  [[nodiscard]] std::vector<FieldPath> fields() const;
};

/// As names_meta_time() of a filter.
[[nodiscard]] bool names_meta_time(const AggregateQuery& query);

struct Figures {
  std::optional<std::int64_t> count;           ///< If it was requested.
  std::vector<Total> sums;                     ///< One each; 0 if nothing was added.
  std::vector<std::optional<Value>> averages;  ///< One number each, or none if there was none.
  /// One each, by compare_scalars(), or none if there was none.
  std::vector<std::optional<Value>> minima;
  std::vector<std::optional<Value>> maxima;
};

struct Group {
  std::vector<Value> key;  ///< One scalar for each of the query's `groups`.
  Figures figures;
};

/// The figures of all records; if the query has groups, these alone, ordered by their keys.
struct Aggregates : Figures {
  std::vector<Group> groups;
};

}  // namespace dropzone
