#include <string>
#include <utility>
#include <vector>

#include "subject.h"

namespace dropzone::contract {
namespace {

std::vector<Write> some(const std::string& prefix, int count) {
  std::vector<Write> writes;
  for (int i = 0; i < count; ++i) {
    writes.push_back(record("indexed", prefix + std::to_string(i), {{"a", i}}));
  }
  return writes;
}

std::vector<WriteOutcome> finished(BatchWriter& batch) {
  auto outcomes = batch.finish();
  if (!outcomes) FAIL(outcomes.error().detail);
  return *std::move(outcomes);
}

TEST_CASE("a batch that is made piece by piece is written as one") {
  Subject subject(GENERATE(each_repository()));
  subject.fill("indexed", {{"b1", {{"a", 1'000}}}});
  const auto batch = subject.repository().begin_batch({});
  batch->add(some("a", 3));
  batch->add(some("b", 2));
  batch->add({});
  batch->add({replacing(record("indexed", "a0", {{"a", 7}})), record("indexed", "a1")});

  const auto outcomes = finished(*batch);
  std::vector<WriteStatus> statuses;
  for (const WriteOutcome& outcome : outcomes) statuses.push_back(outcome.status);
  using enum WriteStatus;
  CHECK(statuses == std::vector{created, created, created, created, refused, replaced, refused});
  CHECK(outcomes[4].error.code == ErrorCode::already_exists);
  CHECK(subject.find("indexed", {"a0"}).at(0).data == R"({"a":7})");
  CHECK(subject.find("indexed", {"b1"}).at(0).data == R"({"a":1000})");
  const auto seven = subject.ask_all(
      {.kind = "indexed", .filter = where("a", Operator::equal, 7), .order = {}, .after = {}}, 10);
  if (seven) CHECK(*seven == std::vector<std::string>{"a0"});
}

TEST_CASE("the kinds of a batch's later pieces may be new") {
  Subject subject(GENERATE(each_repository()));
  const auto batch = subject.repository().begin_batch({});
  batch->add(some("a", 2));
  batch->add({record("plain", "p"), record("indexed", "q")});
  batch->add(some("r", 1));
  CHECK(finished(*batch).size() == 5);
  CHECK(subject.find("indexed", {"a0", "a1", "q", "r0"}).size() == 4);
  CHECK(subject.find("plain", {"p"}).size() == 1);
}

TEST_CASE("a batch that is not finished leaves nothing, and keeps nobody from writing") {
  Subject subject(GENERATE(each_repository()));
  {
    const auto batch = subject.repository().begin_batch({});
    batch->add(some("a", 300));
    batch->add(some("b", 300));
  }
  subject.write(record("indexed", "later"));
  CHECK(subject.find("indexed", {"a0", "a299", "b0", "later"}).size() == 1);
}

TEST_CASE("an empty batch has no outcomes") {
  Subject subject(GENERATE(each_repository()));
  const auto batch = subject.repository().begin_batch({});
  CHECK(finished(*batch).empty());
}

TEST_CASE("a batch whose time is up is not written") {
  Subject subject(GENERATE(each_repository()));
  const auto batch = subject.repository().begin_batch(std::chrono::steady_clock::now());
  batch->add(some("a", 2));
  const auto outcomes = batch->finish();
  REQUIRE_FALSE(outcomes);
  CHECK(outcomes.error().code == ErrorCode::deadline_exceeded);
  CHECK(subject.find("indexed", {"a0", "a1"}).empty());
}

}  // namespace
}  // namespace dropzone::contract
