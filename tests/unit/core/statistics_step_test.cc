#include <limits>

#include <catch2/catch.hpp>

#include "step_testing.h"

namespace dropzone {
namespace {

/// What a figure of the numbers is, as JSON, or the refusal in short.
std::string figure(const char* name, Array numbers) {
  const auto result = parse_pipeline({step("statistics", {{"field", "data"}, {name, "r"}})})
                          .value()
                          .apply({{"data", std::move(numbers)}});
  return result ? to_json(*result->find("r")) : in_short(result.error());
}

std::string quantile(Value fraction, Array numbers) {
  const auto result =
      parse_pipeline({step("statistics",
                           {{"field", "data"}, {"quantiles", Object{{"r", std::move(fraction)}}}})})
          .value()
          .apply({{"data", std::move(numbers)}});
  return result ? to_json(*result->find("r")) : in_short(result.error());
}

constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();
constexpr double kLargestDouble = std::numeric_limits<double>::max();

}  // namespace

TEST_CASE("count, sum and extremes of numbers are exact") {
  const Array numbers{3, -1.5, kGreatest, 18446744073709551615UL, 2};
  CHECK(figure("count", numbers) == "5");
  CHECK(figure("min", numbers) == "-1.5");
  CHECK(figure("max", numbers) == "18446744073709551615");
  CHECK(figure("sum", Array{kGreatest, 1, kGreatest}) == "18446744073709551615");
  CHECK(figure("sum", Array{kGreatest, -1, 1}) == "9223372036854775807");
  CHECK(figure("sum", Array{0.1, 0.2, 0.3}) == "0.6");
  CHECK(figure("min", Array{9007199254740993, 9007199254740992.0}) == "9007199254740992");
}

TEST_CASE("a sum that no number holds exactly is refused") {
  CHECK(figure("sum", Array{kGreatest, kGreatest, kGreatest}) ==
        "number_out_of_range statistics /data");
  CHECK(figure("sum", Array{kLargestDouble, kLargestDouble}) ==
        "number_out_of_range statistics /data");
}

TEST_CASE("each figure asks for as many numbers as it needs") {
  CHECK(figure("count", {}) == "0");
  CHECK(figure("sum", {}) == "0");
  for (const char* name : {"min", "max", "mean", "median"}) {
    CHECK(figure(name, {}) == "too_few_numbers statistics /data");
    CHECK(figure(name, {kGreatest}) == "9223372036854775807");
  }
  CHECK(figure("stdev", {1}) == "too_few_numbers statistics /data");
  CHECK(figure("count", {1, "x"}) == "type_mismatch statistics /data/1");
}

TEST_CASE("the median is the middle number, or the middle of two") {
  CHECK(figure("median", {3, 1, 2}) == "2");
  CHECK(figure("median", {4, 1, 3, 2}) == "2.5");
  CHECK(figure("median", {1, 3}) == "2");
  CHECK(figure("median", {kGreatest, kGreatest - 2}) == "9223372036854775806");
  CHECK(figure("median", {18446744073709551615UL, 18446744073709551613UL}) ==
        "18446744073709551614");
  CHECK(figure("median", {-kGreatest - 1, kGreatest}) == "-0.5");
  CHECK(figure("median", {0.25, 0.75}) == "0.5");
  CHECK(figure("median", {kLargestDouble, kLargestDouble}) == to_json(Value(kLargestDouble)));
}

TEST_CASE("a quantile is at the exact place between the sorted numbers") {
  Array hundred;
  for (int i = 100; i >= 0; --i) hundred.emplace_back(i);
  // In doubles 0.29 times 100 is less than 29, and 0.07 times 100 more than 7.
  CHECK(quantile(0.29, hundred) == "29");
  CHECK(quantile(0.07, hundred) == "7");
  CHECK(quantile(0.955, hundred) == "95.5");
  CHECK(quantile(0, hundred) == "0");
  CHECK(quantile(1, hundred) == "100");
  CHECK(quantile(0.5, {7}) == "7");
  CHECK(quantile(0.9, {10, 20}) == "19");
  CHECK(quantile(0.25, {1.5, 2.5}) == "1.75");
  CHECK(quantile(0.000000001, {0, 1'000'000'000}) == "1");
}

TEST_CASE("several figures are made of the same numbers, even in the array's own place") {
  CHECK(
      transformed({step("statistics", {{"field", "d"},
                                       {"max", "d"},
                                       {"count", "n"},
                                       {"quantiles", Object{{"q.low", 0.25}, {"q.high", 0.75}}}})},
                  {{"d", Array{1, 2, 3, 4, 5}}}) == R"({"d":5,"n":5,"q":{"low":2,"high":4}})");
  CHECK(inferred({step("statistics",
                       {{"field", "d"}, {"median", "m"}, {"quantiles", Object{{"p", 0.9}}}})}) ==
        "m:number p:number");
}

TEST_CASE("figures that cannot be are refused with their place") {
  const auto refusal = [](Object more) {
    more.set("field", "d");
    return fault(step("statistics", std::move(more)));
  };
  CHECK(refusal({}).starts_with("/0/statistics/mean: "));
  CHECK(refusal({{"mean", "a"}, {"max", "a"}}).starts_with("/0/statistics/mean: "));
  CHECK(refusal({{"mean", "a"}, {"median", "a"}}).starts_with("/0/statistics/quantiles: "));
  CHECK(refusal({{"mean", "a"}, {"max", "a.b"}}).starts_with("/0/statistics: "));
  CHECK(refusal({{"quantiles", Object{}}}).starts_with("/0/statistics/quantiles: "));
  CHECK(refusal({{"quantiles", Array{0.5}}}).starts_with("/0/statistics/quantiles: "));
  for (const Value& bad :
       {Value(1.5), Value(-0.1), Value("0.5"), Value(95), Value(0.12345678901)}) {
    CHECK(refusal({{"quantiles", Object{{"p/q", bad}}}})
              .starts_with("/0/statistics/quantiles/p~1q: "));
  }
  CHECK(
      refusal({{"quantiles", Object{{"_id", 0.5}}}}).starts_with("/0/statistics/quantiles/_id: "));
}

}  // namespace dropzone
