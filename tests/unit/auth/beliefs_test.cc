#include <catch2/catch.hpp>

#include <chrono>
#include <string>

#include <dropzone/auth/beliefs.h>

namespace dropzone::server {
namespace {

using std::chrono::seconds;

const Beliefs<int>::Time kStart = Beliefs<int>::Time() + seconds(1'000);

TEST_CASE("what was found out is believed for its time from the moment before the looking") {
  Beliefs<int> beliefs;
  const auto before = beliefs.moment(kStart);
  beliefs.keep("a", 7, before, kStoreBelieved);
  CHECK(beliefs.find("a", kStart) == 7);
  CHECK(beliefs.find("a", kStart + std::chrono::milliseconds(3'999)) == 7);
  CHECK_FALSE(beliefs.find("a", kStart + seconds(4)));
  CHECK_FALSE(beliefs.find("b", kStart));
  beliefs.keep("a", 7, before, seconds(60));
  CHECK(beliefs.find("a", kStart + seconds(59)) == 7);
}

TEST_CASE("what is revoked is forgotten at once, also by whoever was just reading it") {
  Beliefs<int> beliefs;
  beliefs.keep("a", 7, beliefs.moment(kStart), kStoreBelieved);
  beliefs.keep("b", 8, beliefs.moment(kStart), kStoreBelieved);
  const auto before = beliefs.moment(kStart);
  beliefs.revoke("a");
  CHECK_FALSE(beliefs.find("a", kStart));
  CHECK(beliefs.find("b", kStart) == 8);
  beliefs.keep("a", 7, before, kStoreBelieved);
  CHECK_FALSE(beliefs.find("a", kStart));
  beliefs.keep("a", 9, beliefs.moment(kStart), kStoreBelieved);
  CHECK(beliefs.find("a", kStart) == 9);

  beliefs.revoke_all();
  CHECK_FALSE(beliefs.find("a", kStart));
  CHECK_FALSE(beliefs.find("b", kStart));
}

TEST_CASE("what is believed is bounded, the latest stay") {
  Beliefs<int> beliefs;
  for (int i = 0; i < 100'000; ++i)
    beliefs.keep(std::to_string(i), i, beliefs.moment(kStart), kStoreBelieved);
  CHECK(beliefs.find("99999", kStart));
  CHECK(beliefs.find("90001", kStart));
  CHECK_FALSE(beliefs.find("70000", kStart));
}

}  // namespace
}  // namespace dropzone::server
