#include <algorithm>
#include <limits>
#include <string>

#include "subject.h"

namespace dropzone::contract {
namespace {

using Ids = std::vector<std::string>;

constexpr std::int64_t kBig = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kTwoTo53 = std::int64_t{1} << 53;

// One record for each thing that a field can be.
void fill_mixed(Subject& subject, const std::string& kind) {
  subject.fill(kind, {
                         {"array", {{"a", Array{1, "x", Timestamp{7}}}}},
                         {"array-empty", {{"a", Array{}}}},
                         {"array-nested", {{"a", Array{Array{3}, Object{{"b", 3}}}}}},
                         {"big", {{"a", kBig}}},
                         {"big-less", {{"a", kBig - 1}}},
                         {"double", {{"a", 3.5}}},
                         {"false", {{"a", false}}},
                         {"huge", {{"a", 1e300}}},
                         {"minus", {{"a", -3}}},
                         {"missing", {{"b", 3}}},
                         {"null", {{"a", Value()}}},
                         {"object", {{"a", Object{{"b", 3}}}}},
                         {"text", {{"a", "x"}}},
                         {"text-3", {{"a", "3"}}},
                         {"text-empty", {{"a", ""}}},
                         {"text-nul", {{"a", std::string("x\0y", 3)}}},
                         {"three", {{"a", 3.0}}},
                         {"time", {{"a", Timestamp{7}}}},
                         {"true", {{"a", true}}},
                         {"two-53", {{"a", kTwoTo53 + 1}}},
                         {"zero", {{"a", -0.0}}},
                     });
}

void check(Subject& subject, const std::string& kind, const Filter& filter, Ids expected) {
  const auto ids = subject.ask_all({.kind = kind, .filter = filter, .order = {}, .after = {}}, 100);
  if (!ids) return;
  std::ranges::sort(expected);
  CHECK(*ids == expected);
}

TEST_CASE("a query that may not take long gives the same page as one that may, or is unavailable") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  std::vector<Write> writes;
  for (int i = 0; i < 400; ++i) {
    writes.push_back(record(kind, "r" + std::to_string(i), {{"a", i}, {"e", i}}));
  }
  subject.write(std::move(writes));
  CallOptions brief;
  brief.may_wait = false;
  const auto ids_of = [&](const Query& query, const CallOptions& options) {
    Ids ids;
    const auto page = subject.repository().query(
        query, {}, [&](const RecordView& view) { ids.emplace_back(view.id); }, options);
    return std::pair(ids, page ? std::optional<ErrorCode>() : page.error().code);
  };
  for (const char* field : {"a", "e", "_id"}) {
    for (const int bound : {0, 5, 395}) {
      for (const char* order : {"", "a", "e"}) {
        Query query{.kind = kind,
                    .filter = where(field, Operator::greater, bound),
                    .order = {},
                    .after = {},
                    .limit = 10};
        if (*order != '\0') query.order = order_by({order});
        INFO(field << " > " << bound << " by " << order);
        const auto [expected, fault] = ids_of(query, {});
        const auto [ids, brief_fault] = ids_of(query, brief);
        if (fault || brief_fault != ErrorCode::unavailable) {
          CHECK(brief_fault == fault);
          CHECK(ids == expected);
        }
      }
    }
  }
}

TEST_CASE("= holds for the same value of the same class") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  fill_mixed(subject, kind);
  const auto equal = [&](Value value, Ids expected) {
    check(subject, kind, where("a", Operator::equal, std::move(value)), std::move(expected));
  };
  equal(3, {"three"});
  equal(3.0, {"three"});
  equal("3", {"text-3"});
  equal("x", {"array", "text"});
  equal(std::string("x\0y", 3), {"text-nul"});
  equal("", {"text-empty"});
  equal(0, {"zero"});
  equal(kBig, {"big"});
  equal(static_cast<double>(kBig), {});
  equal(static_cast<double>(kTwoTo53), {});
  equal(kTwoTo53 + 1, {"two-53"});
  equal(1e300, {"huge"});
  equal(true, {"true"});
  equal(1, {"array"});
  equal(Value(), {"null"});
  equal(Timestamp{7}, {"array", "time"});
  equal("1970-01-01T00:00:00.000007Z", {});
}

TEST_CASE("< and its kin hold within the operand's class alone") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  fill_mixed(subject, kind);
  const auto compare = [&](Operator op, Value value, Ids expected) {
    check(subject, kind, where("a", op, std::move(value)), std::move(expected));
  };
  compare(Operator::less, 3, {"array", "minus", "zero"});
  compare(Operator::less_or_equal, 3, {"array", "minus", "three", "zero"});
  compare(Operator::greater, 3, {"big", "big-less", "double", "huge", "two-53"});
  compare(Operator::greater_or_equal, 3.5, {"big", "big-less", "double", "huge", "two-53"});
  compare(Operator::greater, static_cast<double>(kTwoTo53), {"big", "big-less", "huge", "two-53"});
  compare(Operator::greater, kBig - 1, {"big", "huge"});
  compare(Operator::greater, static_cast<double>(kBig), {"huge"});
  compare(Operator::less, "x", {"text-3", "text-empty"});
  compare(Operator::greater, "x", {"text-nul"});
  compare(Operator::greater_or_equal, "", {"array", "text", "text-3", "text-empty", "text-nul"});
  compare(Operator::less, true, {"false"});
  compare(Operator::greater_or_equal, false, {"false", "true"});
  compare(Operator::less_or_equal, Timestamp{7}, {"array", "time"});
  compare(Operator::less, Timestamp{7}, {});
  compare(Operator::less_or_equal, Value(), {"null"});
  compare(Operator::greater_or_equal, Value(), {"null"});
  compare(Operator::less, Value(), {});
  compare(Operator::greater, Value(), {});
}

TEST_CASE("!= holds across classes, for what is there") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"array", {{"a", Array{3, 4}}}},
                      {"array-same", {{"a", Array{3, 3.0}}}},
                      {"four", {{"a", 4}}},
                      {"missing", {}},
                      {"null", {{"a", Value()}}},
                      {"object", {{"a", Object{}}}},
                      {"text", {{"a", "3"}}},
                      {"three", {{"a", 3}}}});
  check(subject, kind, where("a", Operator::not_equal, 3), {"array", "four", "null", "text"});
  check(subject, kind, where("a", Operator::not_equal, "abc"),
        {"array", "array-same", "four", "null", "text", "three"});
  check(subject, kind, where("a", Operator::not_equal, Value()),
        {"array", "array-same", "four", "text", "three"});
  check(subject, kind, where("a", Operator::not_in, Array{3, "3", Value()}), {"array", "four"});
  check(subject, kind, where("a", Operator::not_in, Array{}),
        {"array", "array-same", "four", "null", "text", "three"});
}

TEST_CASE("IN holds for one of several values") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  fill_mixed(subject, kind);
  check(subject, kind, where("a", Operator::in, Array{3, "x", true, Value(), 3.0}),
        {"array", "null", "text", "three", "true"});
  check(subject, kind, where("a", Operator::in, Array{}), {});
  Array many;
  for (int i = 0; i < 1'000; ++i) many.emplace_back(i * 0.5);
  check(subject, kind, where("a", Operator::in, many), {"array", "double", "three", "zero"});
}

TEST_CASE("EXISTS holds for every value, and EXISTS false if the field is missing") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const std::string large(2'000, 'x');
  subject.fill(kind, {{"array", {{"a", Array{1}}, {"b", 1}}},
                      {"empty", {{"a", Array{}}, {"b", 2}}},
                      {"large", {{"a", large}, {"b", 1}}},
                      {"missing", {{"b", 1}}},
                      {"nested", {{"a", Object{{"d", 1}}}, {"b", 1}}},
                      {"nothing", {}},
                      {"null", {{"a", Value()}, {"b", 2}}},
                      {"objects", {{"a", Array{Object{{"d", 1}}}}, {"b", 1}}}});
  const Filter there = where("a", Operator::exists, true);
  const Filter absent = where("a", Operator::exists, false);
  const Filter b1 = where("b", Operator::equal, 1);
  check(subject, kind, there, {"array", "empty", "large", "nested", "null", "objects"});
  check(subject, kind, absent, {"missing", "nothing"});
  check(subject, kind, where("a.d", Operator::exists, true), {"nested"});
  check(subject, kind, all_of({absent, b1}), {"missing"});
  check(subject, kind, all_of({there, b1}), {"array", "large", "nested", "objects"});
  check(subject, kind, any_of({absent, where("a", Operator::equal, 1)}),
        {"array", "missing", "nothing"});
  check(subject, kind, where("_id", Operator::exists, false), {});
  check(subject, kind, all_of({where("_id", Operator::exists, true), absent}),
        {"missing", "nothing"});
  const auto ordered = [&](const Filter& filter) {
    return subject.ask_all({.kind = kind, .filter = filter, .order = order_by({"a"}), .after = {}},
                           1);
  };
  if (const auto ids = ordered(there)) CHECK(*ids == Ids{"null", "large"});
  if (const auto ids = ordered(absent)) CHECK(ids->empty());
  for (const auto& [filter, count] : {std::pair(there, 6), std::pair(absent, 2)}) {
    const auto counted = subject.aggregate(
        {.kind = kind, .filter = filter, .count = true, .sums = {}, .averages = {}});
    if (counted) CHECK(counted->count == count);
  }
}

TEST_CASE("STARTS_WITH holds for strings that begin so, however long they are") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const std::string longest(1'500, 'x');
  subject.fill(kind, {{"abc-1", {{"a", "abc"}}},
                      {"abc-2", {{"a", Array{7, "abcd", Array{"x"}}}}},
                      {"abd", {{"a", "abd"}}},
                      {"b", {{"a", "b"}}},
                      {"delete", {{"a", "ab\x7f"}}},
                      {"empty", {{"a", ""}}},
                      {"last", {{"a", "\xF4\x8F\xBF\xBF!"}}},
                      {"long-1", {{"a", longest}}},
                      {"long-2", {{"a", longest + "a"}}},
                      {"number", {{"a", 7}}},
                      {"object", {{"a", Object{{"d", "abc"}}}}},
                      {"umlaut", {{"a", "ab\xC2\x80"}}}});
  const auto starting = [](std::string_view field, std::string_view prefix) {
    return where(field, Operator::starts_with, prefix);
  };
  check(subject, kind, starting("a", "abc"), {"abc-1", "abc-2"});
  check(subject, kind, starting("a", "ab"), {"abc-1", "abc-2", "abd", "delete", "umlaut"});
  check(subject, kind, starting("a", "ab\x7f"), {"delete"});
  check(subject, kind, starting("a", "7"), {});
  check(subject, kind, starting("a", ""),
        {"abc-1", "abc-2", "abd", "b", "delete", "empty", "last", "long-1", "long-2", "umlaut"});
  check(subject, kind, starting("a", "\xF4\x8F\xBF\xBF"), {"last"});
  check(subject, kind, starting("a", longest), {"long-1", "long-2"});
  check(subject, kind, starting("a", longest + "a"), {"long-2"});
  check(subject, kind, starting("_id", "abc-"), {"abc-1", "abc-2"});
  check(subject, kind, starting("_id", ""),
        {"abc-1", "abc-2", "abd", "b", "delete", "empty", "last", "long-1", "long-2", "number",
         "object", "umlaut"});
  check(subject, kind, all_of({starting("a", "ab"), where("a", Operator::greater, "abc")}),
        {"abc-2", "abd", "delete", "umlaut"});
}

TEST_CASE("in an array each condition may find its own element") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"apart", {{"a", Array{1, 9}}}},
                      {"inside", {{"a", Array{5}}}},
                      {"outside", {{"a", Array{1, 2}}}},
                      {"scalar", {{"a", 5}}},
                      {"scalar-outside", {{"a", 9}}}});
  check(subject, kind, all_of({where("a", Operator::greater, 4), where("a", Operator::less, 6)}),
        {"apart", "inside", "scalar"});
}

TEST_CASE("conditions nest in and and or") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1", {{"a", 1}, {"b", 1}, {"z", 1}}},
                      {"2", {{"a", 1}, {"b", 2}, {"z", 2}}},
                      {"3", {{"a", 2}, {"b", 1}, {"z", 3}}},
                      {"4", {{"a", 2}, {"b", 2}, {"z", 4}}},
                      {"5", {{"a", Array{1, 2}}, {"z", 5}}}});
  const Filter a1 = where("a", Operator::equal, 1);
  const Filter a2 = where("a", Operator::equal, 2);
  const Filter b1 = where("b", Operator::equal, 1);
  const Filter z = where("z", Operator::greater, 1);
  check(subject, kind, all_of({}), {"1", "2", "3", "4", "5"});
  check(subject, kind, any_of({}), {});
  check(subject, kind, all_of({a1, b1}), {"1"});
  check(subject, kind, any_of({a1, b1}), {"1", "2", "3", "5"});
  check(subject, kind, any_of({a1, a2}), {"1", "2", "3", "4", "5"});
  check(subject, kind, all_of({any_of({a1, b1}), z}), {"2", "3", "5"});
  check(subject, kind, any_of({all_of({a1, z}), all_of({a2, b1})}), {"2", "3", "5"});
  check(subject, kind, all_of({all_of({a1, all_of({z})}), any_of({b1, a2})}), {"5"});
  check(subject, kind, all_of({a1, any_of({})}), {});
  check(subject, kind, any_of({all_of({}), a1}), {"1", "2", "3", "4", "5"});
}

TEST_CASE("dotted names reach into objects, not into arrays") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"deep", {{"nested", Object{{"d", 1}, {"e", Object{{"f", 1}}}}}}},
                      {"dotted", {{"nested.d", 1}}},
                      {"elsewhere", {{"nested", Object{{"e", 1}}}}},
                      {"in-array", {{"nested", Array{Object{{"d", 1}}}}}},
                      {"scalar", {{"nested", 1}}}});
  check(subject, kind, where("nested.d", Operator::equal, 1), {"deep"});
  check(subject, kind, where("nested.e.f", Operator::equal, 1), {"deep"});
  check(subject, kind, where("nested.e", Operator::not_equal, 0), {"elsewhere"});
}

TEST_CASE("names of fields may hold anything") {
  Subject subject(GENERATE(each_repository()));
  const std::string name = GENERATE(as<std::string>{}, "quote\"d", "back\\slash", "new\nline",
                                    "a/b", "a~b", "'", "\xc3\xa9", " ", "$", "0");
  subject.fill("plain", {{"one", {{"other", 1}, {name, "found"}, {name + "!", 1}}},
                         {"time", {{name, Timestamp{5}}}}});
  check(subject, "plain", where(name, Operator::equal, "found"), {"one"});
  check(subject, "plain", where(name, Operator::equal, Timestamp{5}), {"time"});
}

TEST_CASE("a record is found by every text that JSON has to escape") {
  Subject subject(GENERATE(each_repository()));
  std::string text;
  for (char c = 0; c < 0x20; ++c) text += c;
  text += "\"\\/\x7f\xc2\x85\xe2\x80\xa8\xf0\x9f\x98\x80";
  subject.fill("plain",
               {{"one", {{"text", text}, {"array", Array{text}}}}, {"two", {{"text", "x"}}}});
  check(subject, "plain", where("text", Operator::equal, text), {"one"});
  check(subject, "plain", where("array", Operator::equal, text), {"one"});
}

TEST_CASE("_id is a field like others") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"a", {{"a", 1}}}, {"aa", {{"a", 1}}}, {"b", {{"a", 1}}}, {"c", {{"a", 2}}}});
  check(subject, kind, where("_id", Operator::equal, "aa"), {"aa"});
  check(subject, kind, where("_id", Operator::greater, "a"), {"aa", "b", "c"});
  check(subject, kind, where("_id", Operator::less_or_equal, "aa"), {"a", "aa"});
  check(subject, kind, where("_id", Operator::not_equal, "a"), {"aa", "b", "c"});
  check(subject, kind, where("_id", Operator::not_equal, 5), {"a", "aa", "b", "c"});
  check(subject, kind, where("_id", Operator::greater, 5), {});
  check(subject, kind, where("_id", Operator::in, Array{"c", "a", 7, "none"}), {"a", "c"});
  check(subject, kind, where("_id", Operator::not_in, Array{"c", "a"}), {"aa", "b"});
  check(subject, kind,
        all_of({where("_id", Operator::greater_or_equal, "aa"), where("a", Operator::equal, 1)}),
        {"aa", "b"});
  check(subject, kind,
        all_of({where("_id", Operator::greater_or_equal, "aa"), where("_id", Operator::less, "c")}),
        {"aa", "b"});
}

TEST_CASE("long strings are compared whole") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const std::string common(10'000, 's');
  subject.fill(
      kind, {{"1", {{"a", common + "1"}}}, {"2", {{"a", common + "2"}}}, {"3", {{"a", common}}}});
  check(subject, kind, where("a", Operator::equal, common + "2"), {"2"});
  check(subject, kind, where("a", Operator::greater, common), {"1", "2"});
  check(subject, kind, where("a", Operator::greater, common + "1"), {"2"});
}

TEST_CASE("what a replacement changed is what queries find") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"x", {{"a", Array{1, 2}}, {"b", 1}}}});
  subject.write(replacing(record(kind, "x", {{"a", 2}, {"c", "new"}})));
  check(subject, kind, where("a", Operator::equal, 1), {});
  check(subject, kind, where("a", Operator::equal, 2), {"x"});
  check(subject, kind, where("b", Operator::equal, 1), {});
  check(subject, kind, where("c", Operator::equal, "new"), {"x"});
  CHECK(subject.ask({.kind = kind, .filter = {}, .order = order_by({"a"}), .after = {}}).ids ==
        Ids{"x"});
}

}  // namespace
}  // namespace dropzone::contract
