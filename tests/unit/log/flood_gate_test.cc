#include <catch2/catch.hpp>

#include <chrono>

#include <dropzone/log/flood_gate.h>

namespace dropzone::log {
namespace {

using namespace std::chrono_literals;

TEST_CASE("so many lines of a sort pass in a second, and the next says how many did not") {
  FloodGate gate(2);
  const FloodGate::Time start = std::chrono::steady_clock::now();
  const FloodGate::Sort sort{"/store", ErrorCode::unavailable};
  CHECK(gate.pass(sort, start) == 0U);
  CHECK(gate.pass(sort, start + 1ms) == 0U);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(gate.pass(sort, start + 999ms));
  CHECK(gate.pass({"/store", ErrorCode::internal}, start) == 0U);
  CHECK(gate.pass({"/filter", ErrorCode::unavailable}, start) == 0U);
  CHECK(gate.pass({"/store", std::nullopt}, start) == 0U);
  CHECK(gate.pass(sort, start + 1s) == 5U);
  CHECK(gate.pass(sort, start + 1s) == 0U);
  CHECK_FALSE(gate.pass(sort, start + 1s));
}

}  // namespace
}  // namespace dropzone::log
