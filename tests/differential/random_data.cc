#include "differential/random_data.h"

#include <limits>
#include <utility>

namespace dropzone::differential {
namespace {

constexpr std::size_t kIds = 400;
constexpr std::size_t kFilterDepth = 3;
constexpr std::int64_t kTwoTo53 = std::int64_t{1} << 53;
constexpr std::int64_t kTwoTo62 = std::int64_t{1} << 62;
constexpr std::uint64_t kTwoTo63 = std::uint64_t{1} << 63;
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

constexpr Operator kOperators[] = {
    Operator::equal,   Operator::not_equal,        Operator::less, Operator::less_or_equal,
    Operator::greater, Operator::greater_or_equal, Operator::in,   Operator::not_in,
    Operator::exists,  Operator::starts_with,
};

std::vector<Value> hostile_scalars() {
  using Integers = std::numeric_limits<std::int64_t>;
  using Doubles = std::numeric_limits<double>;
  const std::string long_text(2'000, 'x');
  return {
      // Numbers: integers among doubles, around what a double and an integer can hold.
      0,
      -0.0,
      1,
      -1,
      2,
      3,
      3.0,
      3.5,
      2.9999999999999996,
      0.1,
      -0.1,
      10,
      100.25,
      kTwoTo53 - 1,
      kTwoTo53,
      kTwoTo53 + 1,
      -kTwoTo53,
      -kTwoTo53 - 1,
      kTwoTo62,
      kTwoTo62 + 1,
      Integers::max(),
      Integers::max() - 1,
      Integers::min(),
      Integers::min() + 1,
      9223372036854775808.0,
      kTwoTo63 + 1,
      kTwoTo63 + 2'047,
      kTwoTo63 + 2'048,
      kTwoTo63 + 2'049,
      kMost - 2'048,
      kMost - 1,
      kMost,
      18446744073709551616.0,
      18446744073709555712.0,
      -9223372036854777856.0,
      1e19,
      1e300,
      -1e300,
      Doubles::max(),
      Doubles::lowest(),
      Doubles::min(),
      Doubles::denorm_min(),
      -Doubles::denorm_min(),
      4503599627370496.5,
      1e15,
      // Strings: by bytes, with neighbours, escapes, long common beginnings.
      "",
      "a",
      "A",
      "ab",
      "abc",
      "b",
      "3",
      "true",
      "null",
      "\"quoted\\\"",
      "line\nbreak",
      "%_'",
      std::string("nul\0in", 6),
      "\xC3\xA9",
      "e\xCC\x81",
      "\xEF\xBF\xBD",
      "\xF0\x9F\x98\x80",
      "2019-05-01T10:00:00Z",
      long_text,
      long_text + "a",
      long_text + "b",
      // The rest.
      true,
      false,
      Value(),
      Timestamp{0},
      Timestamp{1'556'704'800'000'000},
      Timestamp{1'556'704'800'000'001},
      Timestamp{-1},
      kEarliestTimestamp,
      kLatestTimestamp,
  };
}

FieldPath path(std::string_view dotted) { return *FieldPath::parse(dotted); }

}  // namespace

RandomData::RandomData(std::uint64_t seed)
    : random_(seed), scalars_(hostile_scalars()), fields_{path("a"),    path("b"),
                                                          path("c"),    path("nested.d"),
                                                          path("e"),    path("nested.f.g"),
                                                          path("/h.i"), path("/nested/j.k")} {}

std::size_t RandomData::below(std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
}

std::string RandomData::id() {
  static const std::vector<std::string> kPrefixes = {"", "id-", "\xC3\xA4", "Z", "a%20", "'"};
  return pick(kPrefixes) + std::to_string(below(kIds));
}

Value RandomData::scalar() {
  if (!one_in(4)) return pick(scalars_);
  // Few enough different ones that equal values and ties are common.
  if (one_in(2)) return static_cast<std::int64_t>(below(20)) - 5;
  if (one_in(4)) return kTwoTo63 + 2'040 + below(16);
  return static_cast<double>(below(40)) / 4 - 3;
}

Value RandomData::value() {
  switch (below(10)) {
    case 0: return array(true);
    case 1: return array(false);
    case 2: return one_in(3) ? Value(Object{{"k", scalar()}}) : scalar();
    default: return scalar();
  }
}

Array RandomData::array(bool nested) {
  Array elements;
  for (std::size_t n = below(5); n > 0; --n) {
    if (nested && one_in(5)) {
      elements.push_back(one_in(2) ? Value(Array{scalar()}) : Value(Object{{"k", scalar()}}));
    } else {
      elements.push_back(scalar());
    }
  }
  return elements;
}

Object RandomData::record() {
  Object object;
  for (const auto* name : {"a", "b", "c", "e", "h.i"}) {
    if (!one_in(5)) object.set(name, value());
  }
  if (one_in(3)) return object;
  if (one_in(8)) {
    object.set("nested", value());
    return object;
  }
  Object nested;
  if (!one_in(4)) nested.set("d", value());
  if (one_in(2)) nested.set("j.k", value());
  if (!one_in(3)) nested.set("f", one_in(6) ? value() : Value(Object{{"g", value()}}));
  object.set("nested", std::move(nested));
  return object;
}

FieldPath RandomData::field() { return one_in(15) ? path("missing") : pick(fields_); }

// The beginning of a text, or all of it; whole characters.
std::string RandomData::prefix_of(const std::string& text) {
  std::size_t size = below(text.size() + 1);
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80) ++size;
  return text.substr(0, size);
}

std::string RandomData::prefix() {
  const Value& drawn = pick(scalars_);
  return drawn.as_string() ? prefix_of(*drawn.as_string()) : "a";
}

Condition RandomData::condition() {
  const Operator op = kOperators[below(std::size(kOperators))];
  if (op == Operator::exists) return {one_in(12) ? path("_id") : field(), op, !one_in(3)};
  if (op == Operator::starts_with) {
    return one_in(12) ? Condition{path("_id"), op, prefix_of(id())}
                      : Condition{field(), op, prefix()};
  }
  if (one_in(12)) {
    Value operand =
        op == Operator::in || op == Operator::not_in ? Value(Array{id(), id()}) : Value(id());
    return {path("_id"), op, std::move(operand)};
  }
  if (op == Operator::in || op == Operator::not_in) return {field(), op, array(false)};
  return {field(), op, scalar()};
}

Filter RandomData::filter() { return one_in(8) ? Filter::all() : filter(kFilterDepth); }

Filter RandomData::filter(std::size_t depth) {
  if (depth == 0 || !one_in(3)) return {condition()};
  std::vector<Filter> parts;
  for (std::size_t n = 1 + below(3); n > 0; --n) parts.push_back(filter(depth - 1));
  if (one_in(2)) return {Filter::And{std::move(parts)}};
  return {Filter::Or{std::move(parts)}};
}

std::vector<GroupBy> RandomData::groups() {
  static const std::vector<double> kWidths = {1e-9, 0.1, 0.25, 2, 3, 1e6, 1e15};
  static const std::vector<std::string> kSpans = {"1s", "7d", "1w", "1M", "5y"};
  std::vector<GroupBy> groups;
  for (std::size_t n = below(6) / 3 + below(2); n > 0; --n) {
    GroupBy by{.field = field()};
    if (one_in(3)) by.every = *NumberWidth::of(pick(kWidths));
    if (one_in(4)) by.every = *TimeWidth::parse(pick(kSpans));
    groups.push_back(std::move(by));
  }
  return groups;
}

std::vector<SortKey> RandomData::order() {
  std::vector<SortKey> keys;
  for (std::size_t n = below(4); n > 0; --n) {
    const SortKey key{one_in(10) ? path("_id") : field(), one_in(2)};
    const bool again = !keys.empty() && keys.front().field == key.field;
    if (!again) keys.push_back(key);
  }
  return keys;
}

}  // namespace dropzone::differential
