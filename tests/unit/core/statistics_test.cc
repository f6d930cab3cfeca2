#include <dropzone/value/statistics.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "exact_integer.h"
#include "support/random_seed.h"

namespace dropzone {
namespace {

constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// How many doubles lie from one to the other.
double steps_between(double a, double b) {
  if (a == b) return 0;
  if (!std::isfinite(a) || !std::isfinite(b)) return kInfinity;
  double steps = 0;
  for (double x = std::min(a, b); x < std::max(a, b) && steps < 100; ++steps) {
    x = std::nextafter(x, kInfinity);
  }
  return steps;
}

struct Case {
  std::string line;
  Moments expected;
  Array numbers;
};

Value parse_number(const std::string& text) {
  const bool is_double = text.find('x') != std::string::npos;
  return is_double ? Value(std::strtod(text.c_str(), nullptr))
                   : Value(std::int64_t{std::strtoll(text.c_str(), nullptr, 10)});
}

std::vector<Case> read_cases() {
  std::ifstream file(DROPZONE_SOURCE_DIR "/tests/unit/core/moments.txt");
  std::vector<Case> cases;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string mean;
    std::string stdev;
    words >> mean >> stdev;
    Case next{line, {std::strtod(mean.c_str(), nullptr), std::strtod(stdev.c_str(), nullptr)}, {}};
    for (std::string word; words >> word;) next.numbers.push_back(parse_number(word));
    cases.push_back(std::move(next));
  }
  return cases;
}

ExactInteger exactly(const Value& number) {
  if (const auto* large = number.as_unsigned()) {
    return ExactInteger(static_cast<std::int64_t>(*large >> 32)).shifted(1074 + 32) +
           ExactInteger(static_cast<std::int64_t>(*large & 0xffffffff)).shifted(1074);
  }
  return number.as_double() ? ExactInteger::in_least_doubles(*number.as_double())
                            : ExactInteger::in_least_doubles(*number.as_integer());
}

// A series that is hostile in one of several ways, or in all at once.
Array hostile_series(std::mt19937_64& random) {
  const auto pick = [&](int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random);
  };
  const auto fraction = [&] { return std::uniform_real_distribution<double>(-1, 1)(random); };
  const auto integer = [&] { return static_cast<std::int64_t>(random()); };
  const double base = std::ldexp(fraction(), pick(-1060, 1020));
  const int kind = pick(0, 5);
  const auto number = [&]() -> Value {
    switch (kind) {
      case 0: return Value(base + std::ldexp(fraction(), std::ilogb(base) - pick(30, 54)));
      case 1: return Value(std::ldexp(fraction(), pick(-1073, 1023)));
      case 2: return Value(integer());
      case 3: return Value((std::int64_t{1} << 62) + integer() % 1'000);
      case 4: return Value(std::ldexp(static_cast<double>(pick(-100, 100)), -1074));
      default: return pick(0, 1) == 0 ? Value(integer()) : Value(std::ldexp(fraction(), 64));
    }
  };
  Array series;
  const int count = pick(2, 12);
  while (static_cast<int>(series.size()) < count) {
    series.push_back(number());
    const bool is_mirrored = pick(0, 9) == 0 && series.back().as_double();
    if (is_mirrored) series.push_back(Value(-*series.back().as_double()));
  }
  return series;
}

double total_of(const Sum& sum) {
  const auto total = sum.total();
  return total ? to_double(total->number) : kInfinity;
}

Sum sum_of(const Array& numbers) {
  Sum sum;
  for (const Value& number : numbers) sum.add(number);
  return sum;
}

// Whether no double is nearer to the quotient than `rounded`.
bool is_nearest(double rounded, const ExactInteger& dividend, std::int64_t divisor) {
  const ExactInteger by(divisor);
  const auto distance = [&](double x) {
    return (ExactInteger::in_least_doubles(x) * by - dividend).magnitude();
  };
  return distance(rounded) <= distance(std::nextafter(rounded, kInfinity)) &&
         distance(rounded) <= distance(std::nextafter(rounded, -kInfinity));
}

}  // namespace

TEST_CASE("moments of hostile series are those of exact arithmetic") {
  const std::vector<Case> cases = read_cases();
  REQUIRE(cases.size() > 400);
  for (const Case& c : cases) {
    INFO(c.line);
    const auto found = moments(c.numbers);
    REQUIRE(found);
    CHECK(found->mean == c.expected.mean);
    CHECK(steps_between(found->stdev, c.expected.stdev) <= 1);
  }
}

TEST_CASE("moments of random hostile series lie within the bounds of exact arithmetic") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    const Array series = hostile_series(random);
    ExactInteger sum;
    ExactInteger squares;
    for (const Value& number : series) {
      sum = sum + exactly(number);
      squares = squares + exactly(number) * exactly(number);
    }
    const auto count = static_cast<std::int64_t>(series.size());
    const auto found = moments(series);
    REQUIRE(found);
    INFO("round " << round << ", mean " << found->mean << ", stdev " << found->stdev);
    CHECK(is_nearest(found->mean, sum, count));

    // n (n - 1) times the variance is n times the sum of squares less the square of the sum.
    const ExactInteger spread = ExactInteger(count) * squares - sum * sum;
    const auto scaled_square = [&](double stdev) {
      const ExactInteger exact = ExactInteger::in_least_doubles(stdev);
      return ExactInteger(count * (count - 1)) * exact * exact;
    };
    if (std::isinf(found->stdev)) {
      CHECK(scaled_square(kMax) < spread);
      continue;
    }
    CHECK(scaled_square(std::nextafter(found->stdev, 0)) <= spread);
    CHECK((found->stdev == kMax || spread <= scaled_square(std::nextafter(found->stdev, kMax))));
  }
}

TEST_CASE(
    "a series has no moments with fewer than two numbers or with a value that is not a number") {
  CHECK_FALSE(moments(Array{}));
  CHECK_FALSE(moments(Array{1}));
  CHECK_FALSE(moments(Array{1, true}));
  CHECK_FALSE(moments(Array{"1", 2}));
  CHECK_FALSE(moments(Array{1, Value()}));
}

TEST_CASE("a sum is exact whatever the order and however large its parts") {
  const auto seed = test::random_seed();
  INFO("--rng-seed " << seed);
  std::mt19937_64 random(seed);
  Array numbers{1.0,
                kMax,
                kMax,
                -kMax,
                -kMax,
                kLeast,
                1e-200,
                -1e-200,
                0.5,
                std::numeric_limits<std::int64_t>::min(),
                std::numeric_limits<std::int64_t>::max()};
  for (int round = 0; round < 100; ++round) {
    std::ranges::shuffle(numbers, random);
    Sum sum;
    for (const Value& number : numbers) sum.add(number);
    CHECK(total_of(sum) == 0.5);
    CHECK(sum.count() == 11);
  }
}

TEST_CASE("a sum of very many numbers stays exact") {
  Sum sum;
  for (int i = 0; i < 100'000; ++i) {
    sum.add(kMax);
    sum.add(-1.9);
    sum.add(std::numeric_limits<std::int64_t>::min());
  }
  for (int i = 0; i < 100'000; ++i) {
    sum.add(-kMax);
    sum.add(1.9);
    sum.add(std::numeric_limits<std::int64_t>::max());
  }
  CHECK(total_of(sum) == -100'000);
  CHECK(sum.average() == Value(-1.0 / 6));
}

TEST_CASE("a sum of very many large numbers has its average") {
  Sum sum;
  for (int i = 0; i < 100'000; ++i) sum.add(kMax);
  CHECK(sum.average() == Value(kMax));
  CHECK(total_of(sum) == kInfinity);
}

TEST_CASE("a sum of integers is exact, however large it is") {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kTwoTo53 = std::int64_t{1} << 53;
  CHECK(sum_of({kTwoTo53 + 1, 0}).total() == Total(Value(kTwoTo53 + 1)));
  CHECK(sum_of({kMost, -1}).total() == Total(Value(kMost - 1)));
  CHECK(sum_of({kLowest, kMost}).total() == Total(Value(std::numeric_limits<std::int64_t>::max())));
  CHECK(sum_of({kMost, kMost}).total() == Total(Value(0x1p65), "36893488147419103230"));
  CHECK(sum_of({kLowest, kLowest, -1}).total() == Total(Value(-0x1p64), "-18446744073709551617"));
  CHECK(sum_of({kLowest}).total() == Total(Value(kLowest)));
  CHECK(sum_of({}).total() == Total(Value(0)));
  // With a double among them it is the nearest one, unless an integer of 64 bits.
  CHECK(sum_of({kMost, kMost, 0.5}).total() == Total(Value(0x1p65)));
  CHECK(sum_of({kTwoTo53, 0.5, 0.5}).total() == Total(Value(kTwoTo53 + 1)));
  CHECK(sum_of({0x1p70, kMost}).total()->digits.empty());
}

TEST_CASE("an average is exact if it is an integer") {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  CHECK(sum_of({kMost, kMost - 2}).average() == Value(kMost - 1));
  CHECK(sum_of({kMost, kMost - 1}).average() == Value(0x1p64));
  CHECK(sum_of({std::numeric_limits<std::int64_t>::min()}).average() ==
        Value(std::numeric_limits<std::int64_t>::min()));
}

TEST_CASE("the least of numbers decides between two doubles that are as near") {
  for (int exponent = 54; exponent <= 1074; ++exponent) {
    const double little = std::ldexp(1.0, -exponent);
    Sum above;
    Sum below;
    for (const double number : {1.0, 0x1p-53, little}) above.add(number);
    for (const double number : {1.0, 0x1p-53, -little}) below.add(number);
    INFO(exponent);
    CHECK(total_of(above) == 1 + 0x1p-52);
    CHECK(total_of(below) == 1);
  }
}

TEST_CASE("a sum beyond the range of a double has no total, but an average") {
  Sum sum;
  CHECK(total_of(sum) == 0);
  CHECK_FALSE(sum.average());
  sum.add(-kMax);
  sum.add(-kMax);
  CHECK_FALSE(sum.total());
  CHECK(sum.average() == Value(-kMax));
}

}  // namespace dropzone
