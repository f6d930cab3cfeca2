#include <dropzone/call/call_options.h>
#include <dropzone/call/memory_account.h>

#include <limits>
#include <memory>

#include <catch2/catch.hpp>

using namespace dropzone;

TEST_CASE("a budget gives what there is and no byte more") {
  MemoryBudget budget(100);
  REQUIRE(budget.take(60));
  REQUIRE(budget.take(40));
  CHECK_FALSE(budget.take(1));
  CHECK(budget.used() == 100);
  budget.give_back(1);
  CHECK(budget.take(1));
}

TEST_CASE("a size that would wrap around is beyond a budget") {
  MemoryBudget budget(100);
  REQUIRE(budget.take(1));
  CHECK_FALSE(budget.take(std::numeric_limits<std::size_t>::max()));
  CHECK(budget.used() == 1);
}

TEST_CASE("an account gives back what it holds when it ends") {
  MemoryBudget budget(100);
  {
    MemoryAccount account(budget);
    REQUIRE(account.charge(70));
    account.refund(20);
    CHECK(account.held() == 50);
    const auto refused = account.charge(51);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::overloaded);
    CHECK(account.held() == 50);
  }
  CHECK(budget.used() == 0);
}

TEST_CASE("a hold gives back its part of an account, once") {
  MemoryBudget budget(100);
  const auto account = std::make_shared<MemoryAccount>(budget);
  REQUIRE(account->charge(10));
  {
    MemoryHold hold(account);
    REQUIRE(hold.grow(30));
    REQUIRE(hold.grow(20));
    CHECK_FALSE(hold.grow(41));
    MemoryHold other(std::move(hold));
    CHECK(budget.used() == 60);
    other = MemoryHold(account);
    CHECK(budget.used() == 10);
    REQUIRE(other.grow(5));
  }
  CHECK(budget.used() == 10);
  CHECK(MemoryHold().grow(1'000));
}

TEST_CASE("a call is over when its time is up, or when it is asked to stop") {
  CallOptions call;
  CHECK_FALSE(call.is_over());
  std::stop_source source;
  call.stop = source.get_token();
  CHECK_FALSE(call.is_over());
  source.request_stop();
  CHECK(call.is_over());
  CHECK(CallOptions(std::chrono::steady_clock::now()).is_over());
}

TEST_CASE("a call without an account may charge what it likes") {
  CallOptions call;
  CHECK(call.charge(std::numeric_limits<std::size_t>::max()));
  MemoryBudget budget(10);
  call.memory = std::make_shared<MemoryAccount>(budget);
  CHECK(call.charge(10));
  CHECK_FALSE(call.charge(1));
}
