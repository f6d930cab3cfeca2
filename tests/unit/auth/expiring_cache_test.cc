#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>

#include <dropzone/auth/expiring_cache.h>

namespace dropzone::auth {
namespace {

using std::chrono::seconds;

const ExpiringCache<int>::Time kStart = ExpiringCache<int>::Time() + seconds(1'000);

TEST_CASE("an entry is cached for its time to live from the beginning of its lookup") {
  ExpiringCache<int> beliefs;
  const auto before = beliefs.epoch(kStart);
  beliefs.keep("a", 7, before, kStoreCacheTtl);
  CHECK(beliefs.find("a", kStart) == 7);
  CHECK(beliefs.find("a", kStart + std::chrono::milliseconds(3'999)) == 7);
  CHECK_FALSE(beliefs.find("a", kStart + seconds(4)));
  CHECK_FALSE(beliefs.find("b", kStart));
  beliefs.keep("a", 7, before, seconds(60));
  CHECK(beliefs.find("a", kStart + seconds(59)) == 7);
}

TEST_CASE("what is revoked is forgotten at once, also by whoever was just reading it") {
  ExpiringCache<int> beliefs;
  beliefs.keep("a", 7, beliefs.epoch(kStart), kStoreCacheTtl);
  beliefs.keep("b", 8, beliefs.epoch(kStart), kStoreCacheTtl);
  const auto before = beliefs.epoch(kStart);
  beliefs.revoke("a");
  CHECK_FALSE(beliefs.find("a", kStart));
  CHECK(beliefs.find("b", kStart) == 8);
  beliefs.keep("a", 7, before, kStoreCacheTtl);
  CHECK_FALSE(beliefs.find("a", kStart));
  beliefs.keep("a", 9, beliefs.epoch(kStart), kStoreCacheTtl);
  CHECK(beliefs.find("a", kStart) == 9);

  beliefs.revoke_all();
  CHECK_FALSE(beliefs.find("a", kStart));
  CHECK_FALSE(beliefs.find("b", kStart));
}

TEST_CASE("the cache is bounded, and the latest entries stay") {
  ExpiringCache<int> beliefs;
  for (int i = 0; i < 100'000; ++i)
    beliefs.keep(std::to_string(i), i, beliefs.epoch(kStart), kStoreCacheTtl);
  CHECK(beliefs.find("99999", kStart));
  CHECK(beliefs.find("90001", kStart));
  CHECK_FALSE(beliefs.find("70000", kStart));
}

TEST_CASE("expired entries make room, however few others there are") {
  ExpiringCache<int> beliefs;
  std::size_t most = 0;
  for (int i = 0; i < 5'000; ++i) {
    const auto now = kStart + seconds(i);
    beliefs.keep(std::to_string(i), i, beliefs.epoch(now), kStoreCacheTtl);
    CHECK(beliefs.find(std::to_string(i), now));
    if (i >= 3) CHECK(beliefs.find(std::to_string(i - 3), now));
    most = std::max(most, beliefs.size());
  }
  CHECK(most <= 3 * static_cast<std::size_t>(kStoreCacheTtl.count()));
}

}  // namespace
}  // namespace dropzone::auth
