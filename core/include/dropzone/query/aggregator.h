#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

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
  /// The query must outlive it.
  explicit Aggregator(const AggregateQuery& query);

  /// Precondition: the query's filter selects the record.
  void add(const FieldSource& data);
  void add(const Object& data) { add(ObjectFields(data)); }

  /// `number_out_of_range` if a sum is beyond the range of a double.
  [[nodiscard]] Result<Aggregates> result() const;

 private:
  const AggregateQuery& query_;
  std::int64_t count_ = 0;
  struct Figure {
    const FieldPath* field;
    Sum sum;
  };

  /// The place in figures_ of a field's.
  std::size_t figure_of(const FieldPath& field, std::map<FieldPath, std::size_t>& known);

  std::vector<Figure> figures_;
  std::vector<std::size_t> sums_;  ///< Places in figures_ of what the query asks for.
  std::vector<std::size_t> averages_;
};

}  // namespace dropzone
