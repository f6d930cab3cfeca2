#include <catch2/catch.hpp>

#include <chrono>
#include <future>
#include <set>
#include <string>
#include <thread>

#include <dropzone/auth/token_keys.h>
#include <dropzone/memory/memory_record_repository.h>

#include "support/hooked_repository.h"
#include "support/set_clock.h"

namespace dropzone::auth {
namespace {

/// Several instances over one store.
struct Instances {
  memory::MemoryRecordRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  json::SharedObjects objects{repository, clock, ids, "_dropzone_tokens"};
  TokenKeys::Options options{.age = std::chrono::seconds(100),
                             .cache_ttl = std::chrono::seconds(0),
                             .look_again = std::chrono::seconds(0)};
  TokenKeys one{objects, clock, ids, options};
  TokenKeys other{objects, clock, ids, options};
};

TEST_CASE("all instances sign with one key, and know it by its id") {
  Instances instances;
  const auto key = instances.one.current(kNoDeadline).value();
  CHECK(instances.other.current(kNoDeadline).value()->id() == key->id());
  CHECK(instances.other.find(key->id(), kNoDeadline).value()->id() == key->id());
  CHECK(instances.other.find("unknown", kNoDeadline).value() == nullptr);
}

TEST_CASE("a key that is too old gets a successor, and stays valid for what it has signed") {
  Instances instances;
  const auto first = instances.one.current(kNoDeadline).value();
  const std::string token = first->sign("{}", "at+jwt").value();
  instances.clock.time.micros += 100'000'000;
  const auto second = instances.other.current(kNoDeadline).value();
  CHECK(second->id() != first->id());
  CHECK(instances.one.current(kNoDeadline).value()->id() == second->id());
  CHECK(instances.other.find(first->id(), kNoDeadline).value()->verify(token));
  CHECK(instances.one.all(kNoDeadline).value().size() == 2);
}

TEST_CASE("no more keys are kept than are wanted, the oldest goes first") {
  Instances instances;
  std::set<std::string> made;
  const std::string first = instances.one.current(kNoDeadline).value()->id();
  for (int i = 0; i < 5; ++i) {
    instances.clock.time.micros += 100'000'000;
    made.insert(instances.one.current(kNoDeadline).value()->id());
  }
  CHECK(made.size() == 5);
  CHECK(instances.one.all(kNoDeadline).value().size() == 3);
  CHECK(instances.one.find(first, kNoDeadline).value() == nullptr);
}

TEST_CASE("a key that is gone from the store neither signs nor verifies any more") {
  Instances instances;
  const auto key = instances.one.current(kNoDeadline).value();
  REQUIRE(instances.other.find(key->id(), kNoDeadline).value() != nullptr);
  REQUIRE(instances.objects.erase("signing-keys", kNoDeadline).value());
  CHECK(instances.other.find(key->id(), kNoDeadline).value() == nullptr);
  const auto next = instances.one.current(kNoDeadline).value();
  CHECK(next->id() != key->id());
  CHECK(instances.other.current(kNoDeadline).value()->id() == next->id());
}

TEST_CASE("while one call looks at the store others use the keys that were there before") {
  test::HookedRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  json::SharedObjects objects{repository, clock, ids, "_dropzone_tokens"};
  TokenKeys keys{objects, clock, ids, {.cache_ttl = std::chrono::seconds(0)}};
  const std::string id = keys.current(kNoDeadline).value()->id();
  std::promise<void> looks;
  std::promise<void> may_go_on;
  repository.before_find = [&, end = may_go_on.get_future().share()] {
    looks.set_value();
    end.wait();
  };
  std::thread looking([&] { (void)keys.current(kNoDeadline); });
  looks.get_future().wait();
  CHECK(keys.current(kNoDeadline).value()->id() == id);
  CHECK(keys.find(id, kNoDeadline).value() != nullptr);
  may_go_on.set_value();
  looking.join();
}

}  // namespace
}  // namespace dropzone::auth
