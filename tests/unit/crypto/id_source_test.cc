#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/crypto/openssl_id_source.h>
#include <dropzone/text/base57.h>

namespace dropzone::crypto {
namespace {

using RecordIds = OpensslIdSource::RecordIds;

constexpr std::size_t kThreads = 8;
constexpr std::size_t kIdsOfEach = 5'000;

bool is_id(const std::string& id) {
  return id.size() == kIdLength && id.find_first_not_of(kBase57) == std::string::npos;
}

/// What several threads get at the same time.
std::vector<std::vector<std::string>> made_by_threads(const std::function<std::string()>& make) {
  std::vector<std::vector<std::string>> made(kThreads);
  std::vector<std::jthread> threads;
  for (auto& of_thread : made) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < kIdsOfEach; ++i) of_thread.push_back(make());
    });
  }
  threads.clear();
  return made;
}

void check_distinct(const std::vector<std::vector<std::string>>& made) {
  std::set<std::string> all;
  for (const auto& of_thread : made) all.insert(of_thread.begin(), of_thread.end());
  CHECK(all.size() == kThreads * kIdsOfEach);
  CHECK(std::ranges::all_of(all, is_id));
}

/// How often an id follows that is lower than the one before.
std::size_t descents(const std::vector<std::string>& ids) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < ids.size(); ++i) count += ids[i] < ids[i - 1] ? 1 : 0;
  return count;
}

TEST_CASE("no id comes twice, from whatever thread") {
  OpensslIdSource ids;
  check_distinct(made_by_threads([&] { return ids.next(); }));
}

TEST_CASE("no record's id comes twice, from whatever thread, in runs or scattered") {
  OpensslIdSource ids(GENERATE(RecordIds::in_runs, RecordIds::scattered));
  check_distinct(made_by_threads([&] { return ids.next_record(); }));
}

TEST_CASE("record ids ascend where runs are wanted, and there alone") {
  OpensslIdSource in_runs(RecordIds::in_runs);
  OpensslIdSource scattered;
  std::vector<std::string> ascending;
  std::vector<std::string> random;
  std::vector<std::string> secrets;
  for (int i = 0; i < 512; ++i) {
    ascending.push_back(in_runs.next_record());
    random.push_back(scattered.next_record());
    secrets.push_back(in_runs.next());
  }
  CHECK(descents(ascending) == 0);
  CHECK(descents(random) > 100);
  CHECK(descents(secrets) > 100);
}

}  // namespace
}  // namespace dropzone::crypto
