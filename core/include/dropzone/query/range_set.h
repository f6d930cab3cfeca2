#pragma once

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <utility>
#include <vector>

namespace dropzone {

/// A place between the entries of an index. Since it lies before or after an entry, and never at
/// one, ranges have neither open nor closed ends.
template <typename T>
concept RangeBound = std::three_way_comparable<T> && requires {
  { T::before_everything() } -> std::same_as<T>;
  { T::after_everything() } -> std::same_as<T>;
};

/// What lies between two bounds.
template <RangeBound Bound>
struct Range {
  Bound low = Bound::before_everything();
  Bound high = Bound::after_everything();

  [[nodiscard]] bool empty() const { return low >= high; }

  friend bool operator==(const Range&, const Range&) = default;
  friend Range intersect(const Range& a, const Range& b) {
    return {std::max(a.low, b.low), std::min(a.high, b.high)};
  }
};

/// Ranges in ascending order that neither overlap nor touch; none of them is empty.
///
/// With bounds before and after numbers, what is from 1 to 3 and what is from 2 to below 5 are one
/// range:
///
///     RangeSet<Bound>({{Bound::before(1), Bound::after(3)}, {Bound::before(2), Bound::before(5)}})
template <RangeBound Bound>
class RangeSet {
 public:
  RangeSet() = default;  ///< Empty.
  /// Of ranges in any order, which may overlap and be empty.
  explicit RangeSet(std::vector<Range<Bound>> ranges) {
    std::erase_if(ranges, [](const Range<Bound>& range) { return range.empty(); });
    std::ranges::sort(ranges, {}, &Range<Bound>::low);
    for (Range<Bound>& range : ranges) {
      if (ranges_.empty() || ranges_.back().high < range.low) {
        ranges_.push_back(std::move(range));
      } else if (ranges_.back().high < range.high) {
        ranges_.back().high = std::move(range.high);
      }
    }
  }

  static RangeSet everything() { return RangeSet({Range<Bound>()}); }

  [[nodiscard]] bool empty() const noexcept { return ranges_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return ranges_.size(); }
  [[nodiscard]] const Range<Bound>& operator[](std::size_t i) const { return ranges_[i]; }
  [[nodiscard]] const Range<Bound>& front() const { return ranges_.front(); }
  [[nodiscard]] const Range<Bound>& back() const { return ranges_.back(); }
  [[nodiscard]] auto begin() const noexcept { return ranges_.begin(); }
  [[nodiscard]] auto end() const noexcept { return ranges_.end(); }

  /// The range from the first bound to the last. Precondition: not empty.
  [[nodiscard]] Range<Bound> hull() const { return {front().low, back().high}; }

  friend RangeSet intersect(const RangeSet& a, const RangeSet& b) {
    std::vector<Range<Bound>> common;
    auto left = a.begin();
    auto right = b.begin();
    while (left != a.end() && right != b.end()) {
      common.push_back(intersect(*left, *right));
      if (left->high < right->high) {
        ++left;
      } else {
        ++right;
      }
    }
    return RangeSet(std::move(common));
  }

  friend RangeSet complement(const RangeSet& set) {
    std::vector<Range<Bound>> gaps(1);
    for (const Range<Bound>& range : set) {
      gaps.back().high = range.low;
      gaps.push_back({range.high, Bound::after_everything()});
    }
    return RangeSet(std::move(gaps));
  }

 private:
  std::vector<Range<Bound>> ranges_;
};

/// What all of them have in common; everything if there are none. They are intersected two by two,
/// so that no range is looked at more often than the logarithm of how many sets there are.
template <RangeBound Bound>
[[nodiscard]] RangeSet<Bound> intersect(std::vector<RangeSet<Bound>> sets) {
  if (sets.empty()) return RangeSet<Bound>::everything();
  while (sets.size() > 1) {
    std::vector<RangeSet<Bound>> pairs;
    for (std::size_t i = 0; i + 1 < sets.size(); i += 2) {
      pairs.push_back(intersect(sets[i], sets[i + 1]));
    }
    if (sets.size() % 2 != 0) pairs.push_back(std::move(sets.back()));
    sets = std::move(pairs);
  }
  return std::move(sets.front());
}

}  // namespace dropzone
