#include <dropzone/job/job_runner.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "unit/jobs/jobs_testing.h"

namespace dropzone {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::JobsInMemory;

/// Counts up to the parameter "to".
class CountingWork final : public JobWork {
 public:
  Result<JobChunk> run(const Job& job, std::size_t max_records,
                       const CallOptions& options) override {
    ++chunks;
    if (during) during();
    principal = options.principal;
    if (throws) throw std::runtime_error("a bug");
    if (fault) return *fault;
    const std::int64_t to = *job.parameters.find("to")->as_integer();
    JobChunk chunk{.progress = job.progress, .pause = pause};
    const auto records = std::min(static_cast<std::int64_t>(max_records), to - chunk.progress.done);
    chunk.progress.done += records;
    chunk.progress.count("counted", records);
    chunk.progress.total = to;
    chunk.finished = chunk.progress.done == to;
    return chunk;
  }

  int chunks = 0;
  std::function<void()> during;
  std::string principal;
  std::optional<Error> fault;
  bool throws = false;
  milliseconds pause{0};
};

/// An instance: a runner with a clock of its own that the test moves.
class Instance {
 public:
  explicit Instance(JobsInMemory& store, bool shared = true)
      : runner_({.jobs = store.jobs,
                 .clock = store.clock,
                 .works = {{"count", work}},
                 .shared_store = shared,
                 .tell = [this](const std::string& text) { reported += text + '\n'; },
                 .requests = [this] { return requests; },
                 .now = [this] { return time; }}) {}

  /// Runs what is due now, and returns how long nothing is due then.
  JobRunner::Time::duration run() {
    JobRunner::Time due = runner_.run(kNoDeadline);
    while (due <= time) due = runner_.run(kNoDeadline);
    return due - time;
  }
  void run_once() { runner_.run(kNoDeadline); }
  void run_for(seconds length) {
    const auto end = time + length;
    for (; time < end; time += milliseconds(250)) run();
  }
  JobRunner& runner() { return runner_; }

  std::shared_ptr<CountingWork> work = std::make_shared<CountingWork>();
  JobRunner::Time time{std::chrono::hours(1)};
  std::uint64_t requests = 0;
  std::string reported;

 private:
  JobRunner runner_;
};

NewJob counting(std::int64_t to, std::optional<std::int64_t> max_per_second = std::nullopt) {
  return {.type = "count",
          .kind = "readings",
          .parameters = {{"to", to}},
          .max_per_second = max_per_second};
}

TEST_CASE("a job that waits is run chunk by chunk until it has succeeded") {
  JobsInMemory store;
  Instance instance(store);
  const Job job = store.make(counting(1'700));
  instance.run();
  const Job done = store.find(job);
  CHECK(done.state == JobState::succeeded);
  CHECK(done.finished_at == store.clock.time);
  CHECK(done.progress.counts == Object{{"counted", 1'700}});
  CHECK(instance.work->chunks == 4);
  CHECK(instance.work->principal == "ada");
  const JobFigures figures = instance.runner().figures();
  CHECK(figures.ended.at({"count", "succeeded"}) == 1);
  CHECK(figures.records.at("count") == 1'700);
}

TEST_CASE("several jobs of an instance take turns") {
  JobsInMemory store;
  Instance instance(store);
  const Job large = store.make(counting(100'000, 1'000));
  const Job small = store.make(counting(10));
  instance.run();
  CHECK(store.find(small).state == JobState::succeeded);
  CHECK(store.find(large).state == JobState::running);
}

TEST_CASE("a job goes no faster than it may") {
  JobsInMemory store;
  Instance instance(store);
  const Job job = store.make(counting(1'000, 40));
  instance.run_for(seconds(10));
  const Job found = store.find(job);
  CHECK(found.progress.done >= 360);
  CHECK(found.progress.done <= 440);
  CHECK(found.per_second == Approx(40).epsilon(0.01));
}

TEST_CASE("a job is not called before it has rested") {
  JobsInMemory store;
  Instance instance(store);
  instance.work->pause = seconds(6);
  store.make(counting(10'000));
  instance.run();
  CHECK(instance.work->chunks == 1);
  instance.time += milliseconds(5'999);
  instance.run();
  CHECK(instance.work->chunks == 1);
  instance.time += milliseconds(1);
  instance.run();
  CHECK(instance.work->chunks == 2);
}

TEST_CASE("while requests come in, jobs together work a 25th of the time") {
  JobsInMemory store;
  Instance instance(store, false);
  instance.work->during = [&] {
    instance.time += milliseconds(5);
    ++instance.requests;
  };
  const Job job = store.make(counting(10'000));
  store.make(counting(10'000));
  CHECK(instance.run() == milliseconds(120));
  CHECK(instance.work->chunks == 1);
  for (int i = 0; i < 9; ++i) {
    instance.time += milliseconds(119);
    instance.run();
    CHECK(instance.work->chunks == i + 1);
    instance.time += milliseconds(1);
    instance.run();
  }
  CHECK(instance.work->chunks == 10);
  CHECK(instance.runner().figures().rested == milliseconds(1200));
  // What is shown of it is the rate that it really has.
  instance.runner().release(kNoDeadline);
  CHECK(store.find(job).per_second == Approx(500 / 0.125));
}

TEST_CASE("a job works all the time while no request comes in, and soon after the last one") {
  JobsInMemory store;
  Instance instance(store, false);
  instance.work->during = [&] { instance.time += milliseconds(5); };
  store.make(counting(5'000));
  instance.run();
  CHECK(instance.work->chunks == 10);
  CHECK(instance.runner().figures().rested == milliseconds(0));

  // It rests once: when the rest has ended, no request has come for a tenth of a second.
  ++instance.requests;
  store.make(counting(50'000));
  instance.runner().look_soon();
  while (instance.work->chunks < 110) {
    instance.time += std::min<JobRunner::Time::duration>(instance.run(), seconds(1));
  }
  CHECK(instance.runner().figures().rested == milliseconds(120));
}

TEST_CASE("a job whose instance is silent is taken over after 20 seconds, and not before") {
  JobsInMemory store;
  const Job job = store.make(counting(10'000, 500));
  Instance dead(store);
  dead.run_for(seconds(2));
  const auto done = store.find(job).progress.done;
  REQUIRE(done > 0);

  Instance other(store);
  other.run_for(seconds(20));
  CHECK(other.work->chunks == 0);
  CHECK(other.runner().figures().longest_silence >= seconds(19));
  other.run_for(seconds(6));
  CHECK(store.find(job).progress.done > done);
  CHECK(other.reported.find("is gone or silent") != other.reported.npos);
}

TEST_CASE("a job that another instance runs is left to it, however long that takes") {
  JobsInMemory store;
  const Job job = store.make(counting(1'000, 1));
  Instance one(store);
  Instance other(store);
  for (int second = 0; second < 120; ++second) {
    one.run_for(seconds(1));
    other.run_for(seconds(1));
  }
  CHECK(other.work->chunks == 0);
  CHECK(store.find(job).progress.done >= 119);
}

TEST_CASE("an instance that was only slow gives up a job that another one has taken") {
  JobsInMemory store;
  const Job job = store.make(counting(100'000, 500));
  Instance slow(store);
  slow.run_for(seconds(1));
  Instance fast(store);
  fast.run_for(seconds(30));
  const Job taken = store.find(job);
  slow.time += seconds(1);
  slow.run();
  CHECK(slow.reported.find("is run by another instance now") != slow.reported.npos);
  CHECK(store.find(job).version == taken.version);
  const int chunks = slow.work->chunks;
  slow.run_for(seconds(10));
  CHECK(slow.work->chunks == chunks);
}

TEST_CASE("on a store that nobody shares a job of a process that has ended is taken at once") {
  JobsInMemory store;
  const Job job = store.make(counting(10'000, 500));
  Instance dead(store, false);
  dead.run_for(seconds(2));
  const auto done = store.find(job).progress.done;
  REQUIRE(done > 0);
  Instance next(store, false);
  next.run();
  CHECK(next.work->chunks == 1);
  next.run_for(seconds(2));
  CHECK(store.find(job).progress.done > done);
}

TEST_CASE("a job that its instance has released goes on at once on another one") {
  JobsInMemory store;
  const Job job = store.make(counting(10'000, 500));
  Instance ends(store);
  ends.run();
  ends.runner().release(kNoDeadline);
  CHECK(store.find(job).state == JobState::waiting);
  CHECK(store.find(job).progress.done == 500);
  Instance next(store);
  next.run();
  CHECK(next.work->chunks == 1);
}

TEST_CASE("a cancelled job ends with the chunk under way") {
  JobsInMemory store;
  const Job job = store.make(counting(10'000, 500));
  Instance instance(store);
  instance.run();
  REQUIRE(store.jobs.cancel(job.id, kNoDeadline));
  instance.run_for(seconds(3));
  CHECK(store.find(job).state == JobState::cancelled);
  CHECK(store.find(job).progress.done == 1'000);
  CHECK(instance.work->chunks == 2);
  CHECK(instance.runner().figures().ended.at({"count", "cancelled"}) == 1);
}

TEST_CASE("work that fails for the time being is tried again until it goes on") {
  JobsInMemory store;
  const Job job = store.make(counting(10));
  Instance instance(store);
  Instance other(store);
  instance.work->fault = {ErrorCode::unavailable, "nobody there"};
  for (int second = 0; second < 90; ++second) {
    instance.run_for(seconds(1));
    other.run_for(seconds(1));
  }
  CHECK(store.find(job).state == JobState::running);
  CHECK(instance.work->chunks < 20);
  CHECK(other.work->chunks == 0);
  CHECK(std::ranges::count(instance.reported, '\n') == 2);
  instance.work->fault.reset();
  instance.run_for(seconds(9));
  CHECK(store.find(job).state == JobState::succeeded);
}

TEST_CASE("work that cannot go on fails its job and says why") {
  JobsInMemory store;
  Instance instance(store);
  instance.work->fault = {ErrorCode::unknown_kind, "There is no kind \"readings\"."};
  const Job refused = store.make(counting(10));
  instance.run();
  CHECK(store.find(refused).state == JobState::failed);
  CHECK(store.find(refused).error ==
        Object{{"code", "unknown_kind"}, {"detail", "There is no kind \"readings\"."}});

  instance.work->throws = true;
  const Job thrown = store.make(counting(10));
  instance.runner().look_soon();
  instance.run();
  CHECK(store.find(thrown).state == JobState::failed);
  CHECK(store.find(thrown).error->find("code")->as_string()->find("internal") == 0);
  CHECK(instance.reported.find("a bug") != instance.reported.npos);
}

TEST_CASE("a job that ends each process that runs it fails in the end") {
  JobsInMemory store;
  const Job job = store.make(counting(10));
  for (int i = 0; i < 25; ++i) {
    Job taken = store.find(job);
    if (i < 21) store.taken(taken);
  }
  Instance next(store, false);
  next.run();
  CHECK(next.work->chunks == 0);
  CHECK(store.find(job).state == JobState::failed);
}

TEST_CASE("a job of a type that an instance does not know is left to others") {
  JobsInMemory store;
  const Job job = store.make({.type = "from_the_future", .kind = "readings"});
  Instance instance(store, false);
  instance.run();
  CHECK(store.find(job).state == JobState::waiting);
  CHECK(instance.runner().figures().open.at({"from_the_future", "waiting"}) == 1);
}

}  // namespace
}  // namespace dropzone
