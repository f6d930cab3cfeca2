#include <algorithm>
#include <catch2/catch.hpp>

#include "query/filter_plan.h"

namespace dropzone::datastore {
namespace {

IndexRanges integers(std::int64_t first, std::int64_t count) {
  std::vector<IndexRange> ranges;
  for (std::int64_t i = 0; i < count; ++i) {
    ranges.push_back(range_at(IndexPoint::of(first + 2 * i)));
  }
  return IndexRanges(std::move(ranges));
}

IndexRanges above(std::int64_t bound) {
  IndexRange range;
  range.low = IndexBound::after(IndexPoint::of(bound));
  return IndexRanges({range});
}

Conjunct with(std::map<std::string, IndexRanges> fields) {
  Conjunct conjunct;
  conjunct.fields = std::move(fields);
  return conjunct;
}

std::size_t disjunctions(const QueryFilter& query) {
  std::size_t all = 0;
  for (const Conjunct& conjunct : query) {
    std::size_t product = conjunct.keys.size();
    for (const auto& [path, values] : conjunct.fields) product *= values.size();
    all += product;
  }
  return all;
}

using Record = std::map<std::string, std::int64_t>;

bool selects(const Conjunct& conjunct, const Record& record) {
  return std::ranges::all_of(conjunct.fields, [&](const auto& field) {
    const auto found = record.find(field.first);
    if (found == record.end()) return false;
    const IndexPoint point = IndexPoint::of(found->second);
    return std::ranges::any_of(field.second,
                               [&](const IndexRange& each) { return contains(each, point); });
  });
}

bool selects(const std::vector<Conjunct>& conjuncts, const Record& record) {
  return std::ranges::any_of(conjuncts,
                             [&](const Conjunct& each) { return selects(each, record); });
}

bool selects(const std::vector<QueryFilter>& queries, const Record& record) {
  return std::ranges::any_of(queries,
                             [&](const QueryFilter& each) { return selects(each, record); });
}

TEST_CASE("a filter that Datastore can answer at once is one query") {
  const std::vector<Conjunct> conjuncts{with({{"a", integers(0, 10)}}),
                                        with({{"b", integers(0, 10)}})};
  CHECK(fit_one_query(conjuncts));
  CHECK(make_queries(conjuncts).size() == 1);
}

TEST_CASE("conjuncts with ranges on different fields are queries of their own") {
  const std::vector<Conjunct> conjuncts{with({{"a", above(0)}}), with({{"b", above(0)}})};
  CHECK_FALSE(fit_one_query(conjuncts));
  CHECK(make_queries(conjuncts).size() == 2);
}

TEST_CASE("no query has more disjunctions than Datastore takes, and together they lose nothing") {
  for (const std::int64_t values : {1, 29, 30, 31, 200, 1'000, 4'000}) {
    const std::vector<Conjunct> conjuncts{with({{"a", integers(0, values)}, {"b", integers(0, 3)}}),
                                          with({{"c", above(100)}, {"a", integers(1, values)}})};
    const auto queries = make_queries(conjuncts);
    INFO(values << " values");
    CHECK(queries.size() <= 2 * kMaxQueries);
    for (const QueryFilter& query : queries) CHECK(disjunctions(query) <= kMaxDisjunctions);
    for (std::int64_t a = 0; a < 2 * values; a += std::max<std::int64_t>(1, values / 50)) {
      for (const std::int64_t b : {0, 1, 4}) {
        const Record record{{"a", a}, {"b", b}, {"c", 99 + b}};
        if (selects(conjuncts, record)) CHECK(selects(queries, record));
      }
    }
  }
}

}  // namespace
}  // namespace dropzone::datastore
