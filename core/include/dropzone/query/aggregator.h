#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include <dropzone/call/memory_meter.h>
#include <dropzone/query/query.h>
#include <dropzone/result.h>
#include <dropzone/value/field_source.h>
#include <dropzone/value/statistics.h>
#include <dropzone/value/value.h>

namespace dropzone {

/// Computes what an AggregateQuery asks for over the records that it receives, each field once
/// however often it is requested. Not thread-safe.
class Aggregator {
 public:
  /// The query must outlive it, and so must the account, which is charged for the groups.
  explicit Aggregator(const AggregateQuery& query, MemoryAccount* memory = nullptr);

  /// Precondition: the query's filter selects the record. False if there is no answer any more:
  /// further records change nothing, and result() says why.
  bool add(const FieldSource& data);
  bool add(const Object& data) { return add(ObjectFields(data)); }

  /// `number_out_of_range` if a sum is beyond the range of a double, `too_many_groups`, and the
  /// errors of the account.
  [[nodiscard]] Result<Aggregates> result() const;

 private:
  /// What is computed from one field.
  struct Column {
    const FieldPath* field;
    bool is_summed = false;
    bool is_ranged = false;
  };
  struct Cell {
    Sum sum;
    std::optional<Value> least;
    std::optional<Value> greatest;
  };
  struct Tally {
    std::int64_t count = 0;
    std::vector<Cell> cells;  ///< One for each column.
  };
  using Key = std::vector<Value>;
  struct IsBefore {
    bool operator()(const Key& left, const Key& right) const noexcept;
  };

  Column& column_of(const FieldPath& field, std::vector<std::size_t>& places);
  [[nodiscard]] std::optional<Key> key_of(const FieldSource& data) const;
  Tally* tally_of(Key key);
  void add_to(Tally& tally, const FieldSource& data) const;
  [[nodiscard]] Result<Figures> figures_of(const Tally& tally) const;

  const AggregateQuery& query_;
  std::map<FieldPath, std::size_t> known_;  ///< Places in columns_.
  std::vector<Column> columns_;
  std::vector<std::size_t> sums_;  ///< Places in columns_ of what the query asks for.
  std::vector<std::size_t> averages_;
  std::vector<std::size_t> minima_;
  std::vector<std::size_t> maxima_;
  Tally all_;
  std::map<Key, Tally, IsBefore> groups_;
  MemoryMeter meter_;
  std::optional<Error> fault_;
};

}  // namespace dropzone
