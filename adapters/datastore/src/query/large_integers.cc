#include "query/large_integers.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "entity/exact_integers.h"

namespace dropzone::datastore {
namespace {

/// Sorts the rows of one double. How many there may be is bounded by how many the request may read.
class LargeIntegers final : public RowSource {
 public:
  LargeIntegers(RowSourcePtr rows, const std::vector<SortKey>& order, std::size_t level)
      : rows_(std::move(rows)), order_(order), level_(level) {}

  Result<const Row*> peek() override {
    if (!same_.empty()) return static_cast<const Row*>(&same_.front());
    auto head = rows_->peek();
    if (!head || !*head || !integer_of(**head)) return head;
    const double number = truncated(*integer_of(**head));
    while (*head && integer_of(**head) && truncated(*integer_of(**head)) == number) {
      same_.push_back(rows_->take());
      head = rows_->peek();
      if (!head) return head;
    }
    std::sort(same_.begin(), same_.end(), [this](const Row& left, const Row& right) {
      return compare_by_key(order_, level_, left, right) < 0;
    });
    return static_cast<const Row*>(&same_.front());
  }

  Row take() override {
    if (same_.empty()) return rows_->take();
    Row row = std::move(same_.front());
    same_.pop_front();
    return row;
  }

 private:
  [[nodiscard]] const std::uint64_t* integer_of(const Row& row) const {
    return row.sort_values[level_].as_unsigned();
  }

  RowSourcePtr rows_;
  const std::vector<SortKey>& order_;
  const std::size_t level_;
  std::deque<Row> same_;
};

}  // namespace

std::strong_ordering compare_doubles(const std::vector<SortKey>& order, std::size_t level,
                                     const Row& left, const Row& right) {
  const auto* const a = left.sort_values[level].as_unsigned();
  const auto* const b = right.sort_values[level].as_unsigned();
  if (a && b && truncated(*a) == truncated(*b)) {
    return compare_by_id(order[level].descending, left, right);
  }
  return compare_by_key(order, level, left, right);
}

RowSourcePtr in_exact_order(RowSourcePtr rows, const std::vector<SortKey>& order,
                            std::size_t level) {
  return std::make_unique<LargeIntegers>(std::move(rows), order, level);
}

}  // namespace dropzone::datastore
