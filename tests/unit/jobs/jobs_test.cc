#include <dropzone/job/jobs.h>

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/jobs/jobs_testing.h"

namespace dropzone {
namespace {

using test::JobsInMemory;

std::vector<std::string> ids_of_jobs(const std::vector<Job>& jobs) {
  std::vector<std::string> ids;
  for (const Job& job : jobs) ids.push_back(job.id);
  return ids;
}

TEST_CASE("a job is kept with all that it was asked for and all that it has come to") {
  JobsInMemory store;
  const Job made = store.make({.type = "count",
                               .kind = "readings",
                               .permission = Permission::remove,
                               .dry_run = true,
                               .parameters = {{"from", 3}},
                               .max_per_second = 50});
  CHECK(made.state == JobState::waiting);
  CHECK(made.created_by == "ada");

  Job job = store.taken(store.find(made));
  job.progress = {.checkpoint = {{"after", "x"}},
                  .done = 7,
                  .total = 9,
                  .counts = {},
                  .report = {{"said", "much"}}};
  job.progress.count("good");
  job.progress.count("good", 6);
  job.per_second = 2.5;
  job.error = error_object({ErrorCode::step_failed, "no", "/a", "convert"});
  REQUIRE(*store.jobs.save(job, kNoDeadline));

  const Job found = store.find(made);
  CHECK(found.type == "count");
  CHECK(found.kind == "readings");
  CHECK(found.permission == Permission::remove);
  CHECK(found.dry_run);
  CHECK(found.parameters == Object{{"from", 3}});
  CHECK(found.max_per_second == 50);
  CHECK(found.state == JobState::running);
  CHECK(found.started_at == store.clock.time);
  CHECK_FALSE(found.finished_at);
  CHECK(found.progress == job.progress);
  CHECK(found.progress.counts == Object{{"good", 7}});
  CHECK(found.per_second == 2.5);
  CHECK(found.error == job.error);
  CHECK(found.version == job.version);
}

TEST_CASE("jobs are listed page by page, the newest first, by kind and state") {
  JobsInMemory store;
  const Job first = store.make();
  const Job other = store.make({.type = "count", .kind = "others"});
  const Job second = store.make();
  const Job third = store.make();
  store.taken(first);

  const auto ids_on_page = [&](const JobQuery& query) {
    return ids_of_jobs(store.jobs.list(query, kNoDeadline)->jobs);
  };
  using Ids = std::vector<std::string>;
  CHECK(ids_on_page({}) == Ids{third.id, second.id, other.id, first.id});
  CHECK(ids_on_page({.kind = "readings"}) == Ids{third.id, second.id, first.id});
  CHECK(ids_on_page({.state = JobState::running}) == Ids{first.id});
  CHECK(ids_on_page({.kind = "others", .state = JobState::running}).empty());

  const auto page = store.jobs.list({.limit = 3}, kNoDeadline);
  REQUIRE(page->next);
  CHECK(ids_on_page({.limit = 3, .after = page->next}) == Ids{first.id});
}

TEST_CASE("of two who want a job one gets it") {
  JobsInMemory store;
  const Job job = store.make();
  Job of_one = job;
  Job of_another = job;
  CHECK(*store.jobs.take(of_one, kNoDeadline));
  CHECK_FALSE(*store.jobs.take(of_another, kNoDeadline));
  CHECK(store.find(job).version == of_one.version);
}

TEST_CASE("whoever has lost a job can save nothing more of it") {
  JobsInMemory store;
  Job slow = store.taken(store.make());
  Job fast = store.taken(slow);
  slow.progress.done = 5;
  CHECK_FALSE(*store.jobs.save(slow, kNoDeadline));
  CHECK(slow.state == JobState::running);
  CHECK(store.find(fast).progress.done == 0);
  fast.progress.done = 3;
  CHECK(*store.jobs.save(fast, kNoDeadline));
}

TEST_CASE("a cancelled job is not taken, and what was done of it by then is noted") {
  JobsInMemory store;
  Job waiting = store.make();
  Job running = store.taken(store.make());
  CHECK(store.jobs.cancel(waiting.id, kNoDeadline)->state == JobState::cancelled);
  CHECK_FALSE(*store.jobs.take(waiting, kNoDeadline));

  CHECK(store.jobs.cancel(running.id, kNoDeadline)->finished_at == store.clock.time);
  running.progress.done = 8;
  running.progress.report.set("said", "much");
  CHECK_FALSE(*store.jobs.save(running, kNoDeadline));
  CHECK(running.state == JobState::cancelled);
  const Job found = store.find(running);
  CHECK(found.state == JobState::cancelled);
  CHECK(found.progress == running.progress);
}

TEST_CASE("a job that has ended cannot be cancelled") {
  JobsInMemory store;
  Job job = store.taken(store.make());
  job.state = JobState::succeeded;
  REQUIRE(*store.jobs.save(job, kNoDeadline));
  CHECK(store.jobs.cancel(job.id, kNoDeadline)->state == JobState::succeeded);
  CHECK(store.find(job).version == job.version);
}

TEST_CASE("jobs are removed a week after they ended, and those that have not ended never") {
  JobsInMemory store;
  Job done = store.taken(store.make());
  done.state = JobState::failed;
  done.finished_at = store.clock.time;
  REQUIRE(*store.jobs.save(done, kNoDeadline));
  const Job running = store.taken(store.make());
  const Job waiting = store.make();

  const std::chrono::microseconds week = kJobRetention;
  store.clock.time.micros = done.finished_at->micros + week.count() - 1;
  REQUIRE(store.jobs.remove_old(kNoDeadline));
  CHECK(store.jobs.find(done.id, kNoDeadline));
  store.clock.time.micros += 1;
  REQUIRE(store.jobs.remove_old(kNoDeadline));
  const auto found = store.jobs.find(done.id, kNoDeadline);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == ErrorCode::not_found);
  store.clock.time.micros += 10 * week.count();
  REQUIRE(store.jobs.remove_old(kNoDeadline));
  CHECK(ids_of_jobs(*store.jobs.open_jobs(kNoDeadline)) ==
        std::vector<std::string>{waiting.id, running.id});
}

}  // namespace
}  // namespace dropzone
