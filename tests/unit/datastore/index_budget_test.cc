#include "entity/index_budget.h"

#include <catch2/catch.hpp>
#include <string>

namespace dropzone::datastore {
namespace {

Array numbers(std::size_t count) { return Array(count, Value(1)); }

Object scalars(std::size_t count) {
  Object object;
  for (std::size_t i = 0; i < count; ++i) object.set("f" + std::to_string(i), Value(1));
  return object;
}

TEST_CASE("a record that fits is indexed whole") {
  const Object record{{"a", 1}, {"list", numbers(3'900)}};
  const IndexBudget budget = plan_index(record);
  CHECK_FALSE(budget.nothing_indexed);
  CHECK(budget.left_out.empty());
}

TEST_CASE("the longest arrays are left out first") {
  const Object record{{"short", numbers(100)},
                      {"inner", Object{{"longest", numbers(9'000)}}},
                      {"long", numbers(3'000)}};
  const IndexBudget budget = plan_index(record);
  CHECK_FALSE(budget.nothing_indexed);
  REQUIRE(budget.left_out.size() == 1);
  CHECK(budget.left_out.contains(record.find("inner")->as_object()->find("longest")));
}

TEST_CASE("a record of more fields than can be named is not indexed") {
  CHECK(plan_index(scalars(5'000)).nothing_indexed);
  CHECK_FALSE(plan_index(scalars(1'000)).nothing_indexed);
}

}  // namespace
}  // namespace dropzone::datastore
