#include <catch2/catch.hpp>

#include <chrono>
#include <string>

#include <dropzone/auth/failure_delay.h>

namespace dropzone::auth {
namespace {

using std::chrono::seconds;

FailureDelay::Time at(int second) { return FailureDelay::Time() + seconds(1'000 + second); }

/// A guess unlike the others.
Guess guess(std::string_view network, std::string_view user) {
  static std::uint64_t mark = 0;
  return {network, user, ++mark};
}

/// As an unknown pair's guesses go: begun and judged wrong.
void fail(FailureDelay& delay, std::string_view network, std::string_view user, int second) {
  const Guess wrong = guess(network, user);
  delay.begin(wrong, at(second));
  delay.failed(wrong, at(second));
}

seconds left(FailureDelay& delay, std::string_view network, std::string_view user, int second) {
  return delay.left(guess(network, user), at(second));
}

TEST_CASE("the last free wrong password begins a wait, which then doubles up to a bound") {
  FailureDelay delay({.free_failures = 3, .first = seconds(1), .longest = seconds(5)});
  int now = 0;
  for (int i = 0; i < 2; ++i) fail(delay, "192.0.2.1", "ann", now);
  CHECK(left(delay, "192.0.2.1", "ann", now) == seconds(0));
  for (const int wait : {1, 2, 4, 5, 5}) {
    fail(delay, "192.0.2.1", "ann", now);
    CHECK(left(delay, "192.0.2.1", "ann", now) == seconds(wait));
    now += wait;
    CHECK(left(delay, "192.0.2.1", "ann", now) == seconds(0));
  }
}

TEST_CASE("the wait of one network or user is nobody else's") {
  FailureDelay delay({.free_failures = 1});
  fail(delay, "192.0.2.1", "ann", 0);
  CHECK(left(delay, "192.0.2.1", "ann", 0) == seconds(1));
  CHECK(left(delay, "192.0.2.2", "ann", 0) == seconds(0));
  CHECK(left(delay, "192.0.2.1", "bob", 0) == seconds(0));
}

TEST_CASE("the right password ends the count") {
  FailureDelay delay({.free_failures = 2});
  fail(delay, "192.0.2.1", "ann", 0);
  delay.succeeded(guess("192.0.2.1", "ann"), at(0));
  fail(delay, "192.0.2.1", "ann", 0);
  CHECK(left(delay, "192.0.2.1", "ann", 0) == seconds(0));
}

TEST_CASE(
    "of many guesses at once at a known pair so many begin as are free, and one waits for none") {
  FailureDelay delay({.free_failures = 3});
  delay.succeeded(guess("192.0.2.1", "ann"), at(0));
  std::size_t begun = 0;
  for (int i = 0; i < 100; ++i) {
    const Guess wrong = guess("192.0.2.1", "ann");
    if (delay.left(wrong, at(0)) > seconds(0)) continue;
    delay.begin(wrong, at(0));
    ++begun;
    CHECK(delay.left(wrong, at(0)) == seconds(0));
  }
  CHECK(begun == 3);
}

TEST_CASE("a password that is sent many times at once counts once") {
  FailureDelay delay({.free_failures = 3});
  delay.succeeded(guess("192.0.2.1", "ann"), at(0));
  const Guess same = guess("192.0.2.1", "ann");
  for (int i = 0; i < 100; ++i) delay.begin(same, at(0));
  CHECK(left(delay, "192.0.2.1", "ann", 0) == seconds(0));
}

TEST_CASE("an hour without a guess ends the count") {
  FailureDelay delay({.free_failures = 2});
  fail(delay, "192.0.2.1", "ann", 0);
  fail(delay, "192.0.2.1", "ann", 3'602);
  CHECK(left(delay, "192.0.2.1", "ann", 3'602) == seconds(0));
  fail(delay, "192.0.2.1", "ann", 3'700);
  CHECK(left(delay, "192.0.2.1", "ann", 3'700) == seconds(1));
}

TEST_CASE("what is remembered is bounded, and no flood of names pushes out who failed more often") {
  FailureDelay delay({.free_failures = 2, .remembered = 100});
  for (int i = 0; i < 3; ++i) fail(delay, "192.0.2.1", "ann", 0);
  for (int i = 0; i < 2'000; ++i) fail(delay, "192.0.2.1", std::to_string(i), 0);
  CHECK(left(delay, "192.0.2.1", "ann", 0) == seconds(2));
}

TEST_CASE("names that nobody knows cost their network its pace, and no other network") {
  using std::chrono::milliseconds;
  FailureDelay delay(
      {.free_failures = 3, .first_pace = milliseconds(100), .slowest_pace = milliseconds(300)});
  for (int i = 0; i < 2; ++i) fail(delay, "192.0.2.1", std::to_string(i), 0);
  CHECK(delay.pace("192.0.2.1", at(0)) == milliseconds(0));
  for (const int pace : {100, 200, 300, 300}) {
    fail(delay, "192.0.2.1", "made up " + std::to_string(pace), 0);
    CHECK(delay.pace("192.0.2.1", at(0)) == milliseconds(pace));
  }
  CHECK(delay.pace("192.0.2.2", at(0)) == milliseconds(0));
  CHECK(left(delay, "192.0.2.1", "ann", 0) == seconds(0));
}

}  // namespace
}  // namespace dropzone::auth
