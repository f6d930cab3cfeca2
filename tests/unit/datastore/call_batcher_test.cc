#include "write/call_batcher.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <stop_token>
#include <thread>

namespace dropzone::datastore {
namespace {

struct Item : BatchedCall {
  explicit Item(int value) : number(value) {}
  int number;
  std::size_t group_size = 0;
};

using Items = CallBatcher<Item>;

Items::Group take_all(std::deque<std::shared_ptr<Item>>& queue) {
  Items::Group group(queue.begin(), queue.end());
  queue.clear();
  return group;
}

/// Holds whoever passes until it is opened.
class Gate {
 public:
  void pass() {
    ++arrived_;
    arrived_.notify_all();
    open_.wait(false);
  }
  void open() {
    open_ = true;
    open_.notify_all();
  }
  void wait_for_arrival(int count) {
    for (int seen = arrived_; seen < count; seen = arrived_) arrived_.wait(seen);
  }

 private:
  std::atomic<int> arrived_ = 0;
  std::atomic<bool> open_ = false;
};

TEST_CASE("an item that comes alone is carried out at once, by itself") {
  Items items(1, take_all, [](const Items::Group& group) {
    for (const auto& item : group) item->group_size = group.size();
  });
  const auto item = std::make_shared<Item>(1);
  CHECK(items.join(item, {}) == Joined::carried_out);
  CHECK(item->group_size == 1);
}

TEST_CASE("what arrives while a group is under way is carried out once, after it") {
  constexpr int kFollowers = 8;
  Gate first;
  std::atomic<int> under_way = 0;
  std::atomic<int> most_under_way = 0;
  std::array<std::atomic<int>, kFollowers + 1> carried_out{};
  Items items(1, take_all, [&](const Items::Group& group) {
    most_under_way = std::max(most_under_way.load(), ++under_way);
    if (group.front()->number == 0) first.pass();
    for (const auto& item : group) ++carried_out[static_cast<std::size_t>(item->number)];
    --under_way;
  });
  std::thread lead([&] { items.join(std::make_shared<Item>(0), {}); });
  first.wait_for_arrival(1);
  std::vector<std::thread> followers;
  std::atomic<int> done = 0;
  for (int i = 1; i <= kFollowers; ++i) {
    followers.emplace_back(
        [&, i] { done += items.join(std::make_shared<Item>(i), {}) == Joined::carried_out; });
  }
  first.open();
  lead.join();
  for (std::thread& follower : followers) follower.join();
  CHECK(done == kFollowers);
  CHECK(most_under_way == 1);
  for (const auto& count : carried_out) CHECK(count == 1);
}

TEST_CASE("an item whose call ends before its group begins is not carried out") {
  Gate first;
  std::atomic<int> carried_out = 0;
  Items items(1, take_all, [&](const Items::Group& group) {
    carried_out += static_cast<int>(group.size());
    first.pass();
  });
  std::thread lead([&] { items.join(std::make_shared<Item>(0), {}); });
  first.wait_for_arrival(1);
  const CallOptions over{std::chrono::steady_clock::now()};
  CHECK(items.join(std::make_shared<Item>(1), over) == Joined::not_begun);
  first.open();
  lead.join();
  CHECK(carried_out == 1);
}

TEST_CASE("a call that ends while another carries its item out does not know the outcome") {
  Gate first;
  Gate second;
  std::atomic<int> groups = 0;
  Items::Group group_of_second;
  Items items(1, take_all, [&](const Items::Group& group) {
    if (groups++ == 0) {
      first.pass();
    } else if (group_of_second.empty()) {
      group_of_second = group;
      second.pass();
    }
  });
  std::thread lead([&] { items.join(std::make_shared<Item>(0), {}); });
  first.wait_for_arrival(1);
  std::thread next([&] { items.join(std::make_shared<Item>(1), {}); });
  const auto last = std::make_shared<Item>(2);
  std::stop_source stop;
  std::atomic<Joined> outcome = Joined::carried_out;
  CallOptions call;
  call.stop = stop.get_token();
  std::thread waiting([&] { outcome = items.join(last, call); });
  first.open();
  second.wait_for_arrival(1);
  stop.request_stop();
  // Whether the two are in one group, and which of them leads it, is a matter of time.
  const bool is_in_group = std::ranges::find(group_of_second, last) != group_of_second.end();
  const bool leads = group_of_second.front() == last;
  if (!leads) waiting.join();
  second.open();
  lead.join();
  next.join();
  if (leads) waiting.join();
  CHECK(outcome == (leads ? Joined::carried_out : is_in_group ? Joined::left : Joined::not_begun));
}

TEST_CASE("a group that throws frees its place") {
  std::atomic<int> groups = 0;
  Items items(1, take_all, [&](const Items::Group&) {
    if (groups++ == 0) throw std::runtime_error("no luck");
  });
  CHECK_THROWS(items.join(std::make_shared<Item>(0), {}));
  CHECK(items.join(std::make_shared<Item>(1), {}) == Joined::carried_out);
}

}  // namespace
}  // namespace dropzone::datastore
