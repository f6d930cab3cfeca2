#include <catch2/catch.hpp>

#include <chrono>
#include <string>

#include "access/failure_delay.h"

namespace dropzone::server {
namespace {

using std::chrono::seconds;

FailureDelay::Time at(int second) { return FailureDelay::Time() + seconds(1'000 + second); }

TEST_CASE("a few wrong passwords cost nothing, further ones a wait that doubles up to a bound") {
  FailureDelay delay({.free_failures = 2, .first = seconds(1), .longest = seconds(5)});
  int now = 0;
  for (int i = 0; i < 2; ++i) delay.failed("192.0.2.1", "ann", at(now));
  CHECK(delay.left("192.0.2.1", "ann", at(now)) == seconds(0));
  for (const int wait : {1, 2, 4, 5, 5}) {
    delay.failed("192.0.2.1", "ann", at(now));
    CHECK(delay.left("192.0.2.1", "ann", at(now)) == seconds(wait));
    now += wait;
    CHECK(delay.left("192.0.2.1", "ann", at(now)) == seconds(0));
  }
}

TEST_CASE("the wait of one network or user is nobody else's") {
  FailureDelay delay({.free_failures = 0});
  delay.failed("192.0.2.1", "ann", at(0));
  CHECK(delay.left("192.0.2.1", "ann", at(0)) == seconds(1));
  CHECK(delay.left("192.0.2.2", "ann", at(0)) == seconds(0));
  CHECK(delay.left("192.0.2.1", "bob", at(0)) == seconds(0));
}

TEST_CASE("the right password ends the count") {
  FailureDelay delay({.free_failures = 1});
  delay.failed("192.0.2.1", "ann", at(0));
  delay.succeeded("192.0.2.1", "ann");
  delay.failed("192.0.2.1", "ann", at(0));
  CHECK(delay.left("192.0.2.1", "ann", at(0)) == seconds(0));
}

TEST_CASE("failures that were already under way do not lengthen a wait") {
  FailureDelay delay({.free_failures = 0});
  for (int i = 0; i < 10; ++i) delay.failed("192.0.2.1", "ann", at(0));
  CHECK(delay.left("192.0.2.1", "ann", at(0)) == seconds(1));
}

TEST_CASE("what is remembered is bounded, the latest pairs stay") {
  FailureDelay delay({.free_failures = 0, .remembered = 100});
  for (int i = 0; i < 10'000; ++i) delay.failed("192.0.2.1", std::to_string(i), at(0));
  CHECK(delay.left("192.0.2.1", "9950", at(0)) == seconds(1));
  CHECK(delay.left("192.0.2.1", "9000", at(0)) == seconds(0));
}

}  // namespace
}  // namespace dropzone::server
