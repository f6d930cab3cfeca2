#include "write/group_commit.h"

#include <sys/resource.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <stdexcept>
#include <thread>

#include "write/commit_meter.h"

namespace dropzone::sqlite {
namespace {

using std::chrono::milliseconds;

// A target whose commits can be made to wait and to fail, and which counts.
class FakeTarget final : public CommitTarget {
 public:
  Result<void> begin() override {
    if (busy_.exchange(true)) overlaps = true;
    ++begun;
    return {};
  }
  Result<void> commit() override {
    if (on_commit) on_commit();
    busy_ = false;
    if (failure) return *failure;
    ++committed;
    return {};
  }
  void roll_back() noexcept override {
    busy_ = false;
    ++rolled_back;
  }

  std::function<void()> on_commit;
  std::optional<Error> failure;
  std::atomic<int> begun = 0;
  std::atomic<int> committed = 0;
  std::atomic<int> rolled_back = 0;
  std::atomic<bool> overlaps = false;

 private:
  std::atomic<bool> busy_ = false;
};

class FakeJob final : public CommitJob {
 public:
  explicit FakeJob(
      std::function<Result<void>()> work = [] { return Result<void>(); },
      Deadline deadline = kNoDeadline)
      : work_(std::move(work)), deadline_(deadline) {}
  Result<void> run() override {
    ++runs;
    return work_();
  }
  [[nodiscard]] std::size_t bytes() const noexcept override { return 10; }
  [[nodiscard]] Deadline deadline() const noexcept override { return deadline_; }

  [[nodiscard]] bool runs_alone() const noexcept override { return is_alone; }

  std::atomic<int> runs = 0;
  bool is_alone = false;

 private:
  std::function<Result<void>()> work_;
  Deadline deadline_;
};

struct Fixture {
  FakeTarget target;
  CommitMeter meter;
  GroupCommit queue{target, {.bytes = 1'000, .jobs = 100}, meter};

  // Holds the first commit until so many others are waiting, then lets everybody go.
  void submit_together(std::vector<FakeJob*> others, std::vector<Result<void>>& results) {
    std::atomic<bool> first = true;
    target.on_commit = [&] {
      if (!first.exchange(false)) return;
      while (queue.depth() < others.size()) std::this_thread::yield();
    };
    FakeJob leader;
    std::thread leading([&] { CHECK_NOTHROW(queue.submit(leader)); });
    while (target.begun == 0) std::this_thread::yield();
    results.resize(others.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < others.size(); ++i) {
      threads.emplace_back([&, i] { results[i] = queue.submit(*others[i]); });
      // The last one lets the first commit go, so there is no telling what the depth is then.
      while (i + 1 < others.size() && queue.depth() < i + 1) std::this_thread::yield();
    }
    leading.join();
    for (std::thread& thread : threads) thread.join();
    target.on_commit = {};
  }
};

TEST_CASE("a job alone is run at once, in its own thread") {
  Fixture fixture;
  std::thread::id runner;
  FakeJob job([&] {
    runner = std::this_thread::get_id();
    return Result<void>();
  });
  CHECK(fixture.queue.submit(job));
  CHECK(runner == std::this_thread::get_id());
  CHECK(fixture.target.committed == 1);
}

TEST_CASE("an error of a job that runs alone fails no other") {
  Fixture fixture;
  FakeJob before;
  FakeJob after;
  FakeJob alone([] { return Result<void>(Error{ErrorCode::store_full, "full"}); });
  alone.is_alone = true;
  std::vector<Result<void>> results;
  fixture.submit_together({&before, &alone, &after}, results);
  CHECK(results[0]);
  REQUIRE_FALSE(results[1]);
  CHECK(results[1].error().code == ErrorCode::store_full);
  CHECK(results[2]);
  CHECK(fixture.target.rolled_back == 1);
}

// The thread keeps the lower priority, since raising it again needs a privilege.
void give_way() { ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + 1); }

// The lowest priority leaves none that is lower.
bool can_give_way() { return ::getpriority(PRIO_PROCESS, 0) < PRIO_MAX - 1; }

TEST_CASE("a thread of a lower priority commits neither for itself nor for others") {
  if (!can_give_way()) return;
  Fixture fixture;
  std::array<std::thread::id, 3> runners;
  const auto noting = [&runners](std::size_t number) {
    return [&runners, number] {
      runners.at(number) = std::this_thread::get_id();
      return Result<void>();
    };
  };
  FakeJob alone(noting(0));
  FakeJob first_of_group(noting(1));
  FakeJob of_client(noting(2));
  std::atomic<bool> is_held = false;
  std::atomic<int> stored = 0;

  std::thread polite([&] {
    give_way();
    if (fixture.queue.submit(alone)) ++stored;
    while (!is_held) std::this_thread::yield();
    if (fixture.queue.submit(first_of_group)) ++stored;
  });
  const std::thread::id giving = polite.get_id();
  while (stored == 0) std::this_thread::yield();
  fixture.target.on_commit = [&] {
    if (is_held.exchange(true)) return;
    while (fixture.queue.depth() < 2) std::this_thread::yield();
  };
  FakeJob before;
  std::thread leader([&] { stored += fixture.queue.submit(before) ? 1 : 0; });
  while (!is_held) std::this_thread::yield();  // Before that, it counts in the depth itself.
  while (fixture.queue.depth() < 1) std::this_thread::yield();
  CHECK(fixture.queue.submit(of_client));
  polite.join();
  leader.join();

  CHECK(stored == 3);
  for (const std::thread::id& runner : runners) {
    CHECK(runner != std::thread::id());
    CHECK(runner != giving);
  }
}

TEST_CASE("a job that its caller gave up before a thread was free leaves no transaction") {
  if (!can_give_way()) return;
  Fixture fixture;
  std::atomic<int> notified = 0;
  std::atomic<bool> release = false;
  for (int i = 0; i < 2; ++i) {
    fixture.queue.submit_async(std::make_shared<FakeJob>(), [&](const Result<void>&) {
      ++notified;
      while (!release) std::this_thread::yield();
    });
    while (notified <= i) std::this_thread::yield();
  }
  FakeJob late([] { return Result<void>(); }, std::chrono::steady_clock::now() + milliseconds(20));
  Result<void> result;
  std::thread polite([&] {
    give_way();
    result = fixture.queue.submit(late);
  });
  polite.join();
  release = true;
  FakeJob next;
  CHECK(fixture.queue.submit(next));
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::deadline_exceeded);
  CHECK(late.runs == 0);
  CHECK(fixture.target.begun == 3);
}

TEST_CASE("jobs that wait for a commit share the next one, in their order") {
  Fixture fixture;
  std::vector<int> order;
  std::vector<std::unique_ptr<FakeJob>> jobs;
  std::vector<FakeJob*> pointers;
  for (int i = 0; i < 20; ++i) {
    jobs.push_back(std::make_unique<FakeJob>([&order, i] {
      order.push_back(i);
      return Result<void>();
    }));
    pointers.push_back(jobs.back().get());
  }
  std::vector<Result<void>> results;
  fixture.submit_together(pointers, results);
  for (const auto& result : results) CHECK(result);
  CHECK(fixture.target.committed == 2);
  REQUIRE(order.size() == 20);
  CHECK(std::ranges::is_sorted(order));
  const CommitStats stats = fixture.meter.stats();
  CHECK(stats.group_sizes.count == 2);
  CHECK(stats.group_sizes.sum == 21);
  CHECK(stats.group_sizes.counts[0] == 1);
  CHECK(stats.group_sizes.counts[5] == 1);
  CHECK(fixture.queue.depth() == 0);
}

TEST_CASE("a group takes no more than its limits") {
  FakeTarget target;
  CommitMeter meter;
  Fixture fixture;
  std::vector<std::unique_ptr<FakeJob>> jobs;
  std::vector<FakeJob*> pointers;
  for (int i = 0; i < 250; ++i) {
    jobs.push_back(std::make_unique<FakeJob>());
    pointers.push_back(jobs.back().get());
  }
  std::vector<Result<void>> results;
  fixture.submit_together(pointers, results);
  for (const auto& result : results) CHECK(result);
  CHECK(fixture.target.committed == 4);
}

TEST_CASE("a commit that fails fails for everybody in it, and the next one is done") {
  Fixture fixture;
  fixture.target.failure = Error{ErrorCode::store_full, "full"};
  FakeJob first;
  FakeJob second;
  std::vector<Result<void>> results;
  fixture.submit_together({&first, &second}, results);
  for (const auto& result : results) {
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::store_full);
  }
  CHECK(fixture.target.rolled_back == 2);
  fixture.target.failure.reset();
  FakeJob third;
  CHECK(fixture.queue.submit(third));
}

TEST_CASE("a job that cannot go on fails the transaction, also by an exception") {
  Fixture fixture;
  FakeJob good;
  FakeJob bad([]() -> Result<void> { return Error{ErrorCode::store_corrupt, "damaged"}; });
  std::vector<Result<void>> results;
  fixture.submit_together({&good, &bad}, results);
  for (const auto& result : results) {
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::store_corrupt);
  }
  FakeJob throwing([]() -> Result<void> { throw std::runtime_error("unexpected"); });
  const auto result = fixture.queue.submit(throwing);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::internal);
  FakeJob after;
  CHECK(fixture.queue.submit(after));
}

TEST_CASE("a job whose time runs out while it waits is not run") {
  Fixture fixture;
  std::atomic<bool> release = false;
  fixture.target.on_commit = [&] {
    while (!release) std::this_thread::yield();
  };
  FakeJob slow;
  std::thread leader([&] { CHECK_NOTHROW(fixture.queue.submit(slow)); });
  while (fixture.target.begun == 0) std::this_thread::yield();

  FakeJob late([] { return Result<void>(); }, std::chrono::steady_clock::now() + milliseconds(20));
  const auto result = fixture.queue.submit(late);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::deadline_exceeded);
  CHECK(late.runs == 0);
  CHECK(fixture.queue.depth() == 0);
  release = true;
  leader.join();
}

TEST_CASE(
    "callers that do not wait are answered once each, also after failures, by threads of the "
    "queue") {
  Fixture fixture;
  std::atomic<int> done = 0;
  std::atomic<int> failed = 0;
  std::atomic<bool> in_own_thread = false;
  const auto submit = [&] {
    fixture.queue.submit_async(
        std::make_shared<FakeJob>(),
        [&, caller = std::this_thread::get_id()](const Result<void>& result) {
          if (std::this_thread::get_id() == caller) in_own_thread = true;
          if (!result) ++failed;
          ++done;
          throw std::runtime_error("nobody catches it");
        });
  };
  const auto all_are_told = [&](int count) {
    while (done < count) std::this_thread::yield();
  };
  for (int i = 0; i < 100; ++i) submit();
  all_are_told(100);
  CHECK(failed == 0);
  CHECK_FALSE(in_own_thread);
  fixture.target.failure = Error{ErrorCode::store_full, "full"};
  for (int i = 0; i < 10; ++i) submit();
  all_are_told(110);
  CHECK(failed == 10);
}

TEST_CASE("a queue runs what was submitted before it ends") {
  std::atomic<int> done = 0;
  for (int round = 0; round < 50; ++round) {
    Fixture fixture;
    fixture.target.on_commit = [] { std::this_thread::yield(); };
    for (int i = 0; i < 20; ++i) {
      fixture.queue.submit_async(std::make_shared<FakeJob>(), [&](const Result<void>&) { ++done; });
    }
  }
  CHECK(done == 50 * 20);
}

TEST_CASE("one transaction runs at a time, and none of many jobs is lost") {
  Fixture fixture;
  constexpr int kThreads = 8;
  constexpr int kJobs = 500;
  int counter = 0;  // Guarded by the queue: TSan would see a race.
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  std::atomic<int> pending = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < kJobs; ++j) {
        const Deadline deadline =
            i % 2 == 0 ? kNoDeadline : std::chrono::steady_clock::now() + milliseconds(10'000);
        const auto job = std::make_shared<FakeJob>(
            [&] {
              ++counter;
              return Result<void>();
            },
            deadline);
        if (j % 3 == 0) {
          ++pending;
          fixture.queue.submit_async(job, [&, job](const Result<void>& result) {
            if (!result || job->runs != 1) ++failures;
            --pending;
          });
        } else if (!fixture.queue.submit(*job) || job->runs != 1) {
          ++failures;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  while (pending > 0) std::this_thread::yield();
  CHECK(failures == 0);
  CHECK(counter == kThreads * kJobs);
  CHECK_FALSE(fixture.target.overlaps);
  CHECK(fixture.target.committed <= kThreads * kJobs);
}

}  // namespace
}  // namespace dropzone::sqlite
