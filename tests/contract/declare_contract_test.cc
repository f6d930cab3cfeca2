#include <memory>
#include <string>
#include <thread>

#include "subject.h"

namespace dropzone::contract {
namespace {

std::shared_ptr<const Kind> kind_with(const std::string& name, Array indexes) {
  const Object definition{{"name", name}, {"version", 1}, {"indexes", std::move(indexes)}};
  auto kind = Kind::parse(definition, StepRegistry::with_core_steps());
  if (!kind) FAIL(kind.error().detail);
  return std::make_shared<const Kind>(*std::move(kind));
}

void declare(Subject& subject, const std::string& name, Array indexes) {
  const auto declared =
      subject.repository().declare(kind_with(name, std::move(indexes)), kNoDeadline);
  if (!declared) FAIL("declare: " << declared.error().detail);
}

void wait_for_builds(Subject& subject) {
  while (!subject.repository().builds().empty()) std::this_thread::yield();
}

Page above(Subject& subject, const std::string& kind, std::int64_t bound) {
  return subject.ask({.kind = kind,
                      .filter = where("n", Operator::greater, bound),
                      .order = order_by({"-n"}),
                      .after = {}});
}

TEST_CASE("a kind that is declared while it has records is queried as before") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("plain", {{"a", {{"n", 1}}},
                         {"b", {{"n", Array{2, 5}}}},
                         {"c", {{"n", 3}, {"m", 1}}},
                         {"d", {{"m", 2}}}});
  const Page before = above(subject, "plain", 0);
  for (const Array& indexes : {Array{"n"}, Array{"n", "m"}, Array{"m"}, Array{}, Array{"n"}}) {
    declare(subject, "plain", indexes);
    CHECK(above(subject, "plain", 0).ids == before.ids);
    wait_for_builds(subject);
    CHECK(above(subject, "plain", 0).ids == before.ids);
  }
}

TEST_CASE("a kind that nobody knew is declared, and its records are found") {
  Subject subject(GENERATE(each_repository()));
  declare(subject, "fresh", {"n"});
  subject.fill("fresh", {{"a", {{"n", 1}}}, {"b", {{"n", 2}}}});
  const Page page = above(subject, "fresh", 1);
  if (!page.refused) CHECK(page.ids == std::vector<std::string>{"b"});
  wait_for_builds(subject);
  CHECK(subject.erase("fresh", {{.id = "b"}}) == std::vector{EraseStatus::erased});
  CHECK(above(subject, "fresh", 0).ids ==
        (page.refused ? std::vector<std::string>() : std::vector<std::string>{"a"}));
}

TEST_CASE("declaring a kind that is as before changes nothing") {
  Subject subject(GENERATE(each_repository()));
  for (const auto& kind : contract_kinds()) {
    REQUIRE(subject.repository().declare(kind, kNoDeadline));
  }
  CHECK(subject.repository().builds().empty());
}

}  // namespace
}  // namespace dropzone::contract
