#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/auth/turn_queue.h>

namespace dropzone::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

Sha256 key_of(int number) {
  Sha256 key{};
  key[0] = static_cast<unsigned char>(number);
  key[1] = static_cast<unsigned char>(number >> 8);
  return key;
}

/// Turns that go on until they are let go, and callers of them.
class Callers {
 public:
  explicit Callers(TurnQueue::Options options) : queue_(options) {}
  ~Callers() {
    let_go(1'000'000);
    for (auto& thread : threads_) thread.join();
  }

  void call(const std::string& group, int key, CallOptions options = {}) {
    threads_.emplace_back([this, group, key, options] {
      const auto outcome = queue_.run(group, key_of(key), options, [&] { return work(group); });
      const std::lock_guard lock(mutex_);
      outcomes_.push_back(group + (outcome ? ":done" : ":" + std::string(name_of(outcome))));
      changed_.notify_all();
    });
    while (queue_.callers() + answered() < threads_.size()) std::this_thread::yield();
  }
  void let_go(int turns) {
    const std::lock_guard lock(mutex_);
    free_ += turns;
    changed_.notify_all();
  }
  /// Groups, in the order of their turns.
  std::vector<std::string> turns(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, seconds(20), [&] { return turns_.size() >= count; }));
    return turns_;
  }
  std::vector<std::string> outcomes(std::size_t count) {
    std::unique_lock lock(mutex_);
    REQUIRE(changed_.wait_for(lock, seconds(20), [&] { return outcomes_.size() >= count; }));
    auto sorted = outcomes_;
    std::ranges::sort(sorted);
    return sorted;
  }

 private:
  static std::string_view name_of(const Result<int>& outcome) {
    return outcome.error().code == ErrorCode::rate_limited ? "limited" : "late";
  }
  std::size_t answered() {
    const std::lock_guard lock(mutex_);
    return outcomes_.size();
  }
  Turn work(const std::string& group) {
    std::unique_lock lock(mutex_);
    turns_.push_back(group);
    changed_.notify_all();
    changed_.wait(lock, [&] { return free_ > 0; });
    --free_;
    return {.outcome = 1};
  }

  TurnQueue queue_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_ = 0;
  std::vector<std::string> turns_;
  std::vector<std::string> outcomes_;
  std::vector<std::thread> threads_;
};

using Names = std::vector<std::string>;

TEST_CASE("groups have their turns one after the other, however many callers one of them has") {
  Callers callers({.at_a_time = 1});
  for (int i = 0; i < 3; ++i) callers.call("a", i);
  callers.call("b", 10);
  callers.call("c", 20);
  callers.let_go(5);
  CHECK(callers.turns(5) == Names{"a", "b", "c", "a", "a"});
}

TEST_CASE("a group has one turn at a time, though more are free") {
  Callers callers({.at_a_time = 4});
  callers.call("a", 1);
  callers.call("a", 2);
  callers.call("b", 3);
  CHECK(callers.turns(2) == Names{"a", "b"});
}

TEST_CASE("callers with one key share one turn") {
  Callers callers({.at_a_time = 1});
  for (int i = 0; i < 5; ++i) callers.call("a", 1);
  callers.let_go(1);
  CHECK(callers.outcomes(5) == Names(5, "a:done"));
  CHECK(callers.turns(1).size() == 1);
}

TEST_CASE("a group has room for so many, and one that asks a lot makes room for others") {
  Callers callers({.at_a_time = 1, .callers = 5, .callers_of_group = 4});
  for (int i = 0; i < 6; ++i) callers.call("a", i);
  CHECK(callers.outcomes(2) == Names(2, "a:limited"));
  callers.call("b", 10);
  callers.call("c", 20);
  CHECK(callers.outcomes(3) == Names(3, "a:limited"));
  callers.call("d", 30);
  CHECK(callers.outcomes(4) == Names(4, "a:limited"));
  callers.call("e", 40);
  callers.let_go(10);
  CHECK(callers.outcomes(10) == Names{"a:done", "a:done", "a:limited", "a:limited", "a:limited",
                                      "a:limited", "b:done", "c:done", "d:done", "e:limited"});
}

TEST_CASE("who waits goes in time, or when they are asked to stop") {
  Callers callers({.at_a_time = 1});
  std::stop_source stop;
  callers.call("a", 1);
  callers.call("a", 2, CallOptions(steady_clock::now() + milliseconds(50)));
  CallOptions stopped;
  stopped.stop = stop.get_token();
  callers.call("b", 3, stopped);
  CHECK(callers.outcomes(1) == Names{"a:late"});
  stop.request_stop();
  CHECK(callers.outcomes(2) == Names{"a:late", "b:late"});
}

TEST_CASE("a turn that throws is over") {
  TurnQueue queue({.at_a_time = 1});
  CHECK_THROWS(queue.run("a", key_of(1), {}, []() -> Turn { throw std::runtime_error("x"); }));
  CHECK(queue.run("a", key_of(1), {}, [] { return Turn{.outcome = 7}; }).value() == 7);
}

TEST_CASE("a group with a pace has its turns no faster, and others are not held up") {
  TurnQueue queue({.at_a_time = 1});
  const auto slow = [] { return Turn{.pace = milliseconds(200)}; };
  const auto begin = steady_clock::now();
  for (int i = 0; i < 3; ++i) CHECK(queue.run("a", key_of(i), {}, slow));
  CHECK(steady_clock::now() - begin >= milliseconds(400));
  const auto other = steady_clock::now();
  std::size_t turns = 0;
  while (queue.run("b", key_of(1), {}, [] { return Turn{}; }) && ++turns < 100) continue;
  CHECK(turns == 100);
  CHECK(steady_clock::now() - other < seconds(10));
}

}  // namespace
}  // namespace dropzone::auth
