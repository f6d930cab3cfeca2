#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <dropzone/query/query.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/value/value.h>

namespace dropzone::differential {

/// Draws records and requests that meet each other often: values, fields and ids come from small
/// pools that are full of neighbours. The same seed draws the same.
class RandomData {
 public:
  explicit RandomData(std::uint64_t seed);

  [[nodiscard]] std::size_t below(std::size_t bound);  ///< Evenly; `bound` is at least 1.
  [[nodiscard]] bool one_in(std::size_t n) { return below(n) == 0; }

  [[nodiscard]] std::string id();
  [[nodiscard]] Object record();
  [[nodiscard]] Filter filter();
  [[nodiscard]] std::vector<SortKey> order();
  /// None, or those of one field or two.
  [[nodiscard]] std::vector<GroupBy> groups();
  [[nodiscard]] FieldPath field();

 private:
  template <typename T>
  const T& pick(const std::vector<T>& pool) {
    return pool[below(pool.size())];
  }
  [[nodiscard]] Value scalar();
  [[nodiscard]] Value value();
  [[nodiscard]] Array array(bool nested);
  [[nodiscard]] std::string prefix_of(const std::string& text);
  [[nodiscard]] std::string prefix();
  [[nodiscard]] Filter filter(std::size_t depth);
  [[nodiscard]] Condition condition();

  std::mt19937_64 random_;
  std::vector<Value> scalars_;
  std::vector<FieldPath> fields_;
};

}  // namespace dropzone::differential
