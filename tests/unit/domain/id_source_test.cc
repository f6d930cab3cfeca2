#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <dropzone/random_bits.h>
#include <dropzone/store/id_source.h>
#include <dropzone/text/base57.h>

namespace dropzone {
namespace {

constexpr std::size_t kIdsInRun = 512;

std::vector<std::string> ids_of(IdRun& run, std::size_t count,
                                const std::function<std::uint64_t()>& draw) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) ids.push_back(run.next(draw));
  return ids;
}

TEST_CASE("the ids of a run ascend, share their first half, and differ in the other") {
  IdRun run;
  const auto ids = ids_of(run, kIdsInRun, random_bits);
  CHECK(std::ranges::is_sorted(ids));
  CHECK(std::set(ids.begin(), ids.end()).size() == kIdsInRun);
  std::set<std::string> first_halves;
  for (const std::string& id : ids) {
    CHECK(id.size() == kIdLength);
    CHECK(id.find_first_not_of(kBase57) == std::string::npos);
    first_halves.insert(id.substr(0, kIdLength / 2));
  }
  CHECK(first_halves.size() == 1);
}

TEST_CASE("runs begin at random places, and ascend only within themselves") {
  IdRun run;
  std::set<std::string> first_halves;
  std::size_t lower = 0;
  std::string before;
  for (int i = 0; i < 64; ++i) {
    const auto ids = ids_of(run, kIdsInRun, random_bits);
    first_halves.insert(ids.front().substr(0, kIdLength / 2));
    lower += ids.front() < before ? 1 : 0;
    before = ids.back();
  }
  CHECK(first_halves.size() == 64);
  CHECK(lower > 10);
}

TEST_CASE("a run ascends even where every random number is the highest or the lowest") {
  const auto number = GENERATE(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max());
  IdRun run;
  const auto ids = ids_of(run, kIdsInRun, [&] { return number; });
  CHECK(std::ranges::is_sorted(ids));
  CHECK(std::set(ids.begin(), ids.end()).size() == kIdsInRun);
}

}  // namespace
}  // namespace dropzone
