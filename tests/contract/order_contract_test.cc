#include <algorithm>
#include <string>
#include <tuple>

#include "subject.h"

namespace dropzone::contract {
namespace {

using Ids = std::vector<std::string>;

void check(Subject& subject, const Query& query, const Ids& expected) {
  for (const std::size_t limit : {1u, 2u, 3u, 100u}) {
    const auto ids = subject.ask_all(query, limit);
    if (ids) CHECK(*ids == expected);
  }
}

Query ordered(const std::string& kind, std::initializer_list<std::string_view> keys,
              Filter filter = {}) {
  return {.kind = kind, .filter = std::move(filter), .order = order_by(keys), .after = {}};
}

TEST_CASE("without sort keys records come by id, by its bytes") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"b", {}},
                      {"a", {}},
                      {"B", {}},
                      {"\xc3\xa9", {}},
                      {"aa", {}},
                      {"~", {}},
                      {"\U0001F600", {}},
                      {"\uffee", {}}});
  check(subject, {.kind = kind, .filter = {}, .order = {}, .after = {}},
        {"B", "a", "aa", "b", "~", "\xc3\xa9", "\uffee", "\U0001F600"});
  check(subject, ordered(kind, {"-_id"}),
        {"\U0001F600", "\uffee", "\xc3\xa9", "~", "b", "aa", "a", "B"});
}

TEST_CASE(
    "values are ordered by class and within it by value, and what has no scalar is left out") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"null", {{"a", Value()}}},
                      {"time-early", {{"a", Timestamp{-5}}}},
                      {"time-late", {{"a", Timestamp{9}}}},
                      {"false", {{"a", false}}},
                      {"true", {{"a", true}}},
                      {"text-", {{"a", ""}}},
                      {"text-3", {{"a", "3"}}},
                      {"text-x", {{"a", "x"}}},
                      {"text-xx", {{"a", "x\x01"}}},
                      {"minus", {{"a", -1e300}}},
                      {"zero", {{"a", 0}}},
                      {"half", {{"a", 0.5}}},
                      {"two-53", {{"a", (std::int64_t{1} << 53)}}},
                      {"two-53-1", {{"a", (std::int64_t{1} << 53) + 1}}},
                      {"huge", {{"a", 1e300}}},
                      {"z-array", {{"a", Array{1}}}},
                      {"z-missing", {}},
                      {"z-object", {{"a", Object{}}}}});
  Ids expected{"null",  "time-early", "time-late", "false",    "true",
               "text-", "text-3",     "text-x",    "text-xx",  "minus",
               "zero",  "half",       "two-53",    "two-53-1", "huge"};
  check(subject, ordered(kind, {"a"}), expected);
  std::ranges::reverse(expected);
  check(subject, ordered(kind, {"-a"}), expected);
}

TEST_CASE("ties come by id in the direction of the last key") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"p", {{"a", 1}, {"b", 1}}},
                      {"q", {{"a", 1}, {"b", 2}}},
                      {"r", {{"a", 2}, {"b", 1}}},
                      {"s", {{"a", 2}, {"b", 1}}},
                      {"t", {{"a", 1}, {"b", 1}}}});
  check(subject, ordered(kind, {"a"}), {"p", "q", "t", "r", "s"});
  check(subject, ordered(kind, {"-a"}), {"s", "r", "t", "q", "p"});
  check(subject, ordered(kind, {"a", "b"}), {"p", "t", "q", "r", "s"});
  check(subject, ordered(kind, {"a", "-b"}), {"q", "t", "p", "s", "r"});
  check(subject, ordered(kind, {"-a", "b"}), {"r", "s", "p", "t", "q"});
  check(subject, ordered(kind, {"-a", "-b"}), {"s", "r", "q", "t", "p"});
  check(subject, ordered(kind, {"a", "_id"}), {"p", "q", "t", "r", "s"});
  check(subject, ordered(kind, {"a", "-_id"}), {"t", "q", "p", "s", "r"});
  check(subject, ordered(kind, {"-_id", "a"}), {"t", "s", "r", "q", "p"});
}

TEST_CASE("a query ordered by several fields shows only records that have a scalar at each") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"array", {{"a", 1}, {"b", Array{1}}}},
                      {"both", {{"a", 1}, {"b", Value()}}},
                      {"one", {{"a", 1}}},
                      {"other", {{"b", 1}}}});
  check(subject, ordered(kind, {"a", "b"}), {"both"});
  check(subject, ordered(kind, {"b", "-a"}), {"both"});
}

TEST_CASE("order and filter go together, on the same field and on others") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"1", {{"a", 4}, {"b", 1}, {"z", 1}}},
                      {"2", {{"a", 3}, {"b", 1}, {"z", 2}}},
                      {"3", {{"a", 2}, {"b", 2}, {"z", 3}}},
                      {"4", {{"a", 1}, {"b", 2}, {"z", 4}}},
                      {"5", {{"a", Array{1, 9}}, {"b", 1}, {"z", 5}}}});
  check(subject, ordered(kind, {"a"}, where("a", Operator::greater, 1)), {"3", "2", "1"});
  check(subject, ordered(kind, {"-a"}, where("a", Operator::not_equal, 3)), {"1", "3", "4"});
  check(subject, ordered(kind, {"a"}, where("b", Operator::equal, 1)), {"2", "1"});
  check(subject, ordered(kind, {"-z"}, where("b", Operator::equal, 1)), {"5", "2", "1"});
  check(subject, ordered(kind, {"b", "-z"}, where("z", Operator::less, 5)), {"2", "1", "4", "3"});
  check(subject, ordered(kind, {"-_id"}, where("b", Operator::equal, 1)), {"5", "2", "1"});
  check(subject,
        ordered(kind, {"z"},
                any_of({where("a", Operator::equal, 9), where("b", Operator::equal, 2)})),
        {"3", "4", "5"});
}

TEST_CASE("the last page has no next one, even if it is full") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  subject.fill(kind, {{"a", {{"a", 1}}}, {"b", {{"a", 1}}}});
  for (const auto& order : {order_by({}), order_by({"a"}), order_by({"a", "b"})}) {
    Query query{.kind = kind, .filter = {}, .order = order, .after = {}, .limit = 2};
    CHECK_FALSE(subject.ask(query).next);
  }
  Query first{.kind = kind, .filter = {}, .order = order_by({"a"}), .after = {}, .limit = 1};
  const Page page = subject.ask(first);
  REQUIRE(page.next);
  CHECK(*page.next == Position{{Value(1)}, "a"});
}

TEST_CASE("a page ends with the record that brings it to its size") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const auto rank = [](int place) { return Object{{"a", place}, {"text", std::string(900, 'y')}}; };
  subject.fill(kind, {{"1", rank(6)},
                      {"2", rank(5)},
                      {"3", rank(4)},
                      {"4", rank(3)},
                      {"5", rank(2)},
                      {"6", rank(1)}});
  const Filter some = where("a", Operator::greater, 1);
  for (Query query :
       {ordered(kind, {}), ordered(kind, {"a"}), ordered(kind, {"-text", "a"}, some)}) {
    const auto all = subject.ask_all(query, 100);
    if (!all) continue;
    // A record shows more than 900 bytes, and fewer than 1,000; with its original, up to 2,000.
    for (const auto& [max_bytes, original, records] :
         {std::tuple(1u, false, 1u), std::tuple(1'000u, false, 2u), std::tuple(1'000u, true, 1u),
          std::tuple(2'700u, false, 3u), std::tuple(2'700u, true, 2u)}) {
      query.max_bytes = max_bytes;
      query.after.reset();
      Ids seen;
      do {
        const std::size_t before = seen.size();
        auto next = subject.repository().query(
            query, {.original = original},
            [&](const RecordView& view) { seen.emplace_back(view.id); }, kNoDeadline);
        REQUIRE(next);
        query.after = *std::move(next);
        CHECK(seen.size() - before == std::min<std::size_t>(records, all->size() - before));
      } while (query.after && seen.size() < all->size());
      CHECK(seen == *all);
      CHECK_FALSE(query.after);
    }
  }
}

TEST_CASE("pages go on after a record that was erased meanwhile") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  const auto order = GENERATE(std::vector<SortKey>{}, order_by({"a"}), order_by({"-a"}),
                              order_by({"a", "b"}), order_by({"z"}));
  for (const char* id : {"1", "2", "3", "4", "5"}) {
    subject.write(record(kind, id, {{"a", 1}, {"b", 1}, {"z", 1}}));
  }
  Query query{.kind = kind, .filter = {}, .order = order, .after = {}, .limit = 2};
  const Page first = subject.ask(query);
  REQUIRE(first.ids.size() == 2);
  subject.erase(kind, {{.id = first.ids[1]}});
  query.after = first.next;
  const Page second = subject.ask(query);
  const bool down = !order.empty() && order.back().descending;
  CHECK(second.ids == (down ? Ids{"3", "2"} : Ids{"3", "4"}));
}

TEST_CASE("pages show no record twice that moves back, and none of those that stay is skipped") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  for (int i = 0; i < 6; ++i) {
    subject.write(record(kind, std::string(1, static_cast<char>('a' + i)), {{"a", i}}));
  }
  Query query{.kind = kind, .filter = {}, .order = order_by({"a"}), .after = {}, .limit = 2};
  const Page first = subject.ask(query);
  CHECK(first.ids == Ids{"a", "b"});
  subject.write({replacing(record(kind, "b", {{"a", -1}})), record(kind, "new", {{"a", 0.5}})});
  query.after = first.next;
  query.limit = 100;
  CHECK(subject.ask(query).ids == Ids{"c", "d", "e", "f"});
}

TEST_CASE("many records of one value are paged by id") {
  Subject subject(GENERATE(each_repository()));
  const std::string kind = GENERATE(each_kind());
  std::vector<Write> writes;
  Ids expected;
  for (int i = 100; i < 250; ++i) {
    expected.push_back("r" + std::to_string(i));
    writes.push_back(record(kind, expected.back(), {{"a", "same"}, {"b", i % 2}}));
  }
  subject.write(std::move(writes));
  const Filter same = where("a", Operator::equal, "same");
  for (const std::size_t limit : {7u, 50u, 1'000u}) {
    const auto ids =
        subject.ask_all({.kind = kind, .filter = same, .order = {}, .after = {}}, limit);
    if (ids) CHECK(*ids == expected);
    const auto sorted = subject.ask_all(ordered(kind, {"a"}, same), limit);
    if (sorted) CHECK(*sorted == expected);
  }
}

}  // namespace
}  // namespace dropzone::contract
