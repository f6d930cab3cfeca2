#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/http/server/worker_pool.h>
#include "support/eventually.h"

using dropzone::http::WorkerPool;
using dropzone::test::eventually;
using namespace std::chrono_literals;

namespace {

// Holds the pool's only thread until it is let go.
class Gate {
 public:
  explicit Gate(WorkerPool& pool) {
    auto slot = pool.try_reserve();
    REQUIRE(slot);
    std::move(*slot).run([state = state_] {
      state->entered = true;
      (void)eventually([&] { return state->open.load(); });
    });
    REQUIRE(eventually([&] { return state_->entered.load(); }));
  }
  ~Gate() { open(); }
  void open() { state_->open = true; }

 private:
  struct State {
    std::atomic<bool> entered{false};
    std::atomic<bool> open{false};
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();  // The task may outlive the gate.
};

}  // namespace

TEST_CASE("a full queue reserves no slot, and a place that is given back can be had again") {
  WorkerPool pool(1, 2);
  Gate gate(pool);
  auto first = pool.try_reserve();
  auto second = pool.try_reserve();
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(pool.try_reserve());
  std::move(*first).run([] {});
  CHECK(pool.queued() == 1);
  CHECK_FALSE(pool.try_reserve());
  second.reset();
  CHECK(pool.try_reserve());
  gate.open();
}

TEST_CASE("threads are started as they are needed, and no more than were asked for") {
  const auto threads = [] {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return std::distance(begin(tasks), end(tasks));
  };
  const auto before = threads();
  WorkerPool pool(3, 100);
  CHECK(threads() == before + 1);
  {
    Gate one(pool);
    Gate two(pool);  // Each is entered only if it has a thread.
    Gate three(pool);
    CHECK(threads() == before + 3);
    for (int i = 0; i < 10; ++i) std::move(*pool.try_reserve()).run([] {});
    CHECK(threads() == before + 3);
  }
  pool.stop();
  CHECK(pool.queued() == 0);
}

TEST_CASE("tasks are run in their order, move-only ones too") {
  std::vector<int> order;
  {
    WorkerPool pool(1, 10);
    for (int i = 0; i < 5; ++i) {
      std::move(*pool.try_reserve()).run([&order, number = std::make_unique<int>(i)] {
        order.push_back(*number);
      });
    }
  }
  CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("stopping runs what waits and takes nothing new") {
  WorkerPool pool(2, 100);
  std::atomic<int> done{0};
  for (int i = 0; i < 50; ++i) std::move(*pool.try_reserve()).run([&] { ++done; });
  pool.stop();
  CHECK(done == 50);
  CHECK_FALSE(pool.try_reserve());
  pool.stop();
}

TEST_CASE("stopping waits for places that are still to be run") {
  WorkerPool pool(1, 10);
  std::atomic<bool> done{false};
  auto slot = pool.try_reserve();
  std::thread late([&] {
    std::this_thread::sleep_for(20ms);
    std::move(*slot).run([&] { done = true; });
  });
  pool.stop();
  CHECK(done);
  late.join();
}

TEST_CASE("stopping waits for places that are given back") {
  WorkerPool pool(1, 10);
  std::atomic<bool> given_back{false};
  std::thread late([&, slot = pool.try_reserve()]() mutable {
    std::this_thread::sleep_for(20ms);
    given_back = true;
    slot.reset();
  });
  pool.stop();
  CHECK(given_back);
  late.join();
}

TEST_CASE("a task that throws ends neither its thread nor the others") {
  WorkerPool pool(1, 10);
  std::atomic<bool> done{false};
  std::move(*pool.try_reserve()).run([] { throw std::runtime_error("fault"); });
  std::move(*pool.try_reserve()).run([&] { done = true; });
  pool.stop();
  CHECK(done);
}

TEST_CASE("anything that a task throws is reported, and the pool goes on") {
  std::mutex mutex;
  std::vector<std::string> reported;
  {
    WorkerPool pool(1, 10, [&](const std::string& what) {
      const std::lock_guard lock(mutex);
      reported.push_back(what);
    });
    const auto run = [&](auto task) {
      auto slot = pool.try_reserve();
      REQUIRE(slot);
      std::move(*slot).run(task);
    };
    run([] { throw std::runtime_error("it broke"); });
    run([] { throw 42; });
    run([] {});
  }
  CHECK(reported ==
        std::vector<std::string>{"std::runtime_error: it broke", "an exception of type int"});
}
