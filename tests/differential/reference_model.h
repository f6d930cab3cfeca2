#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <dropzone/query/query.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/value.h>

namespace dropzone::differential {

/// What a repository should hold and answer, by the core's evaluator and nothing else.
class ReferenceModel {
 public:
  struct Record {
    Object data;
    std::string original;
    RecordMeta meta;
  };
  struct Hit {
    Position place;
    const Record* record = nullptr;  ///< Valid until the next change.
  };

  std::vector<WriteStatus> write(const std::vector<Write>& writes, Atomicity atomicity);
  std::vector<EraseStatus> erase(const std::vector<Erase>& erases);

  /// Everything that the query selects after its `after`, in its order, whatever its limit.
  [[nodiscard]] std::vector<Hit> select(const Query& query) const;
  [[nodiscard]] Result<Aggregates> aggregate(const AggregateQuery& query) const;
  /// The sum of the magnitudes of a field's numbers, which bounds how far a sum may be off.
  [[nodiscard]] double magnitude(const AggregateQuery& query, const FieldPath& field) const;

  /// Whether a sum of the field must be exact.
  [[nodiscard]] bool adds_integers_alone(const AggregateQuery& query, const FieldPath& field) const;

  [[nodiscard]] const std::map<std::string, Record>& records() const { return records_; }

 private:
  WriteStatus write_one(const Write& write);

  std::map<std::string, Record> records_;
};

}  // namespace dropzone::differential
