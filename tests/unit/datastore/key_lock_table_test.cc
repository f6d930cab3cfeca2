#include "write/key_lock_table.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <stop_token>
#include <thread>

namespace dropzone::datastore {
namespace {

using std::chrono::steady_clock;

KeyLockTable::Keys keys(std::initializer_list<const char*> ids) {
  KeyLockTable::Keys all;
  for (const char* const id : ids) all.emplace_back("things", id);
  return all;
}

CallOptions in_no_time() { return CallOptions{steady_clock::now()}; }

/// Whether the keys are free, without waiting.
bool is_free(KeyLockTable& gate, std::initializer_list<const char*> ids) {
  return static_cast<bool>(gate.enter(keys(ids), in_no_time()));
}

TEST_CASE("visits of different keys do not wait for each other") {
  KeyLockTable gate;
  const auto first = gate.enter(keys({"a", "b"}), {});
  CHECK(is_free(gate, {"c"}));
  CHECK_FALSE(is_free(gate, {"b"}));
}

TEST_CASE("keys are free again when the pass ends") {
  KeyLockTable gate;
  { const auto pass = gate.enter(keys({"a", "b"}), {}); }
  CHECK(is_free(gate, {"a", "b"}));
}

TEST_CASE("a visit that gives up leaves nothing behind") {
  KeyLockTable gate;
  auto pass = gate.enter(keys({"a"}), {});
  CHECK_FALSE(is_free(gate, {"a", "b"}));
  CHECK(is_free(gate, {"b"}));
  std::stop_source stop;
  CallOptions call;
  call.stop = stop.get_token();
  bool entered = true;
  std::thread visitor([&] { entered = static_cast<bool>(gate.enter(keys({"a", "c"}), call)); });
  while (is_free(gate, {"c"})) std::this_thread::yield();  // Until the visitor has queued up.
  stop.request_stop();
  visitor.join();
  CHECK_FALSE(entered);
  CHECK(is_free(gate, {"c"}));
}

TEST_CASE("who comes first enters first, whatever else they want") {
  KeyLockTable gate;
  auto holder = std::make_unique<KeyLockTable::Pass>(gate.enter(keys({"a"}), {}));
  std::atomic<int> next = 1;
  int batch_entered = 0;
  int single_entered = 0;
  std::thread batch([&] {
    const auto pass = gate.enter(keys({"a", "b"}), {});
    batch_entered = next++;
  });
  while (is_free(gate, {"b"})) std::this_thread::yield();  // The batch has queued up for both.
  std::thread single([&] {
    const auto pass = gate.enter(keys({"b"}), {});
    single_entered = next++;
  });
  holder.reset();
  batch.join();
  single.join();
  CHECK(batch_entered == 1);
  CHECK(single_entered == 2);
}

}  // namespace
}  // namespace dropzone::datastore
