#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dropzone/http/server/requests_under_way.h>

using dropzone::http::RequestsUnderWay;

namespace {

std::size_t count_of(const RequestsUnderWay& table) {
  std::size_t count = 0;
  table.for_each([&](const auto&) { ++count; });
  return count;
}

}  // namespace

TEST_CASE("an entry shows its request, cut if it is long, and vanishes with its owner") {
  RequestsUnderWay table;
  const std::string id(128, 'i');
  {
    auto entry = table.enter({id, "GET", std::string(500, 'r'), "192.0.2.1"});
    entry.set_principal("ann");
    auto moved = std::move(entry);
    std::size_t seen = 0;
    table.for_each([&](const RequestsUnderWay::Seen& each) {
      ++seen;
      CHECK(each.id == id);
      CHECK(each.method == "GET");
      CHECK(each.route == std::string(64, 'r'));
      CHECK(each.address == "192.0.2.1");
      CHECK(each.principal == "ann");
      CHECK(each.age >= std::chrono::nanoseconds(0));
      CHECK(each.thread == RequestsUnderWay::this_thread());
    });
    CHECK(seen == 1);
    std::thread([&] { moved.is_here(); }).join();
    table.for_each([](const auto& each) { CHECK(each.thread != RequestsUnderWay::this_thread()); });
  }
  CHECK(count_of(table) == 0);
}

TEST_CASE("more requests than there are places are counted, and their places come back") {
  RequestsUnderWay table;
  std::vector<RequestsUnderWay::Entry> entries;
  for (std::size_t i = 0; i < RequestsUnderWay::kSlots + 100; ++i) {
    entries.push_back(table.enter({"id", "GET", "/", "a"}));
  }
  CHECK(count_of(table) + table.without_place() == RequestsUnderWay::kSlots + 100);
  CHECK(table.without_place() >= 100);
  entries.clear();
  CHECK(count_of(table) == 0);
  CHECK(table.without_place() == 0);
}

TEST_CASE("entries of several threads are seen whole or not at all") {
  RequestsUnderWay table;
  std::vector<std::thread> threads;
  for (const char name : {'a', 'b', 'c'}) {
    threads.emplace_back([&table, name] {
      const std::string text(40, name);
      for (int i = 0; i < 5'000; ++i) const auto entry = table.enter({text, text, text, text});
    });
  }
  for (int i = 0; i < 200; ++i) {
    table.for_each([](const RequestsUnderWay::Seen& each) {
      if (each.id != std::string(40, each.id.front()) || each.route != each.id) {
        FAIL("a mixture: " << each.id << " " << each.route);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(count_of(table) == 0);
}

TEST_CASE("to enter and to leave cost next to nothing", "[figures]") {
  RequestsUnderWay table;
  constexpr int kRounds = 200'000;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) {
    auto entry = table.enter({"abcdefghijkl", "POST", "/records/{id}", "192.0.2.1"});
    entry.set_principal("ann");
  }
  const auto each = (std::chrono::steady_clock::now() - begin) / kRounds;
  WARN("to enter and to leave: " << each.count() << " ns");
  CHECK(each < std::chrono::microseconds(20));
}
