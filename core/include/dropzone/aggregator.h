#pragma once

#include <cstdint>
#include <vector>

#include <dropzone/field_source.h>
#include <dropzone/query.h>
#include <dropzone/result.h>
#include <dropzone/statistics.h>
#include <dropzone/value.h>

namespace dropzone {

/// Adds up what an AggregateQuery asks for over the records that it is shown. Not thread-safe.
class Aggregator {
 public:
  /// The query must outlive it.
  explicit Aggregator(const AggregateQuery& query);

  /// Precondition: the query's filter selects the record.
  void add(const FieldSource& data);
  void add(const Object& data) { add(ObjectFields(data)); }

  /// `number_out_of_range` where a sum is beyond the range of a double.
  [[nodiscard]] Result<Aggregates> result() const;

 private:
  const AggregateQuery& query_;
  std::int64_t count_ = 0;
  std::vector<Sum> sums_;
  std::vector<Sum> averages_;
};

}  // namespace dropzone
