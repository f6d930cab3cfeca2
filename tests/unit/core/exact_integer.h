#pragma once

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <vector>

namespace dropzone {

/// An integer of any size, slow and simple: what the arithmetic under test is measured against.
class ExactInteger {
 public:
  ExactInteger() = default;
  explicit ExactInteger(std::int64_t integer) : negative_(integer < 0) {
    auto rest = static_cast<std::uint64_t>(integer);
    if (negative_) rest = 0 - rest;
    for (; rest != 0; rest >>= 32) digits_.push_back(static_cast<std::uint32_t>(rest));
  }

  /// A finite double in units of 2^-1074, the least double: every double is a whole number of them.
  static ExactInteger in_least_doubles(double number) {
    int exponent = 0;
    const double fraction = std::frexp(number, &exponent);
    const int shift = std::min(53, exponent + 1074);
    return ExactInteger(static_cast<std::int64_t>(std::ldexp(fraction, shift)))
        .shifted(exponent + 1074 - shift);
  }
  static ExactInteger in_least_doubles(std::int64_t integer) {
    return ExactInteger(integer).shifted(1074);
  }

  [[nodiscard]] ExactInteger shifted(int bits) const {
    ExactInteger result;
    result.negative_ = negative_;
    result.digits_.assign(static_cast<std::size_t>(bits / 32), 0);
    std::uint64_t carried = 0;
    for (const std::uint32_t digit : digits_) {
      carried |= std::uint64_t{digit} << bits % 32;
      result.digits_.push_back(static_cast<std::uint32_t>(carried));
      carried >>= 32;
    }
    result.digits_.push_back(static_cast<std::uint32_t>(carried));
    return result.trimmed();
  }

  [[nodiscard]] ExactInteger magnitude() const {
    ExactInteger result = *this;
    result.negative_ = false;
    return result;
  }

  friend ExactInteger operator-(ExactInteger a) {
    a.negative_ = !a.negative_ && !a.digits_.empty();
    return a;
  }

  friend ExactInteger operator+(const ExactInteger& a, const ExactInteger& b) {
    ExactInteger result;
    if (a.negative_ == b.negative_) {
      result.digits_ = sum(a.digits_, b.digits_);
      result.negative_ = a.negative_;
    } else if (less(a.digits_, b.digits_)) {
      result.digits_ = difference(b.digits_, a.digits_);
      result.negative_ = b.negative_;
    } else {
      result.digits_ = difference(a.digits_, b.digits_);
      result.negative_ = a.negative_;
    }
    return result.trimmed();
  }

  friend ExactInteger operator-(const ExactInteger& a, const ExactInteger& b) { return a + -b; }

  friend ExactInteger operator*(const ExactInteger& a, const ExactInteger& b) {
    ExactInteger result;
    result.negative_ = a.negative_ != b.negative_;
    result.digits_.assign(a.digits_.size() + b.digits_.size(), 0);
    for (std::size_t i = 0; i < a.digits_.size(); ++i) {
      std::uint64_t carried = 0;
      for (std::size_t j = 0; j < b.digits_.size(); ++j) {
        carried += std::uint64_t{a.digits_[i]} * b.digits_[j] + result.digits_[i + j];
        result.digits_[i + j] = static_cast<std::uint32_t>(carried);
        carried >>= 32;
      }
      result.digits_[i + b.digits_.size()] = static_cast<std::uint32_t>(carried);
    }
    return result.trimmed();
  }

  friend bool operator==(const ExactInteger&, const ExactInteger&) = default;
  friend bool operator<(const ExactInteger& a, const ExactInteger& b) { return (a - b).negative_; }
  friend bool operator<=(const ExactInteger& a, const ExactInteger& b) { return !(b < a); }

 private:
  using Digits = std::vector<std::uint32_t>;  // In base 2^32, lowest first, no zero on top.

  static bool less(const Digits& a, const Digits& b) {
    if (a.size() != b.size()) return a.size() < b.size();
    return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  }

  static Digits sum(const Digits& a, const Digits& b) {
    Digits result;
    std::uint64_t carried = 0;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carried != 0; ++i) {
      carried += (i < a.size() ? a[i] : std::uint64_t{0}) + (i < b.size() ? b[i] : 0U);
      result.push_back(static_cast<std::uint32_t>(carried));
      carried >>= 32;
    }
    return result;
  }

  // Precondition: a is not less than b.
  static Digits difference(const Digits& a, const Digits& b) {
    Digits result;
    std::int64_t borrowed = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      borrowed += std::int64_t{a[i]} - (i < b.size() ? std::int64_t{b[i]} : 0);
      result.push_back(static_cast<std::uint32_t>(borrowed));
      borrowed >>= 32;
    }
    return result;
  }

  ExactInteger& trimmed() {
    while (!digits_.empty() && digits_.back() == 0) digits_.pop_back();
    negative_ = negative_ && !digits_.empty();
    return *this;
  }

  bool negative_ = false;
  Digits digits_;
};

}  // namespace dropzone
