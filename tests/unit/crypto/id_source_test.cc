#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/crypto/openssl_id_source.h>
#include <dropzone/text/base57.h>

namespace dropzone::crypto {
namespace {

TEST_CASE("no id comes twice, from whatever thread") {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kIdsOfEach = 5'000;
  OpensslIdSource ids;
  std::vector<std::vector<std::string>> made(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& of_thread : made) {
      threads.emplace_back([&] {
        for (std::size_t i = 0; i < kIdsOfEach; ++i) of_thread.push_back(ids.next());
      });
    }
  }
  std::set<std::string> all;
  for (const auto& of_thread : made) all.insert(of_thread.begin(), of_thread.end());
  CHECK(all.size() == kThreads * kIdsOfEach);
  CHECK(std::ranges::all_of(all, [](const std::string& id) {
    return id.size() == kIdLength && id.find_first_not_of(kBase57) == std::string::npos;
  }));
}

}  // namespace
}  // namespace dropzone::crypto
