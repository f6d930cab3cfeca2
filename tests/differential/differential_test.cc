#include <cstdlib>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "contract/repository_under_test.h"
#include "differential/differential.h"

namespace dropzone::differential {
namespace {

// DROPZONE_DIFFERENTIAL_SEED repeats a run, DROPZONE_DIFFERENTIAL_ROUNDS makes it longer.
std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

double answered_share(const Outcome& outcome) {
  std::size_t refused = 0;
  for (const auto& [code, count] : outcome.refused) refused += count;
  return 1 - static_cast<double>(refused) / static_cast<double>(outcome.queries);
}

TEST_CASE("every store answers random requests as the reference evaluator does") {
  const auto* factory = GENERATE(Catch::Generators::from_range(contract::repository_factories()));
  const std::string kind = GENERATE(as<std::string>{}, "plain", "indexed");
  static const std::uint64_t kFirstSeed =
      number_from_environment("DROPZONE_DIFFERENTIAL_SEED", std::random_device()());
  const std::uint64_t rounds =
      number_from_environment("DROPZONE_DIFFERENTIAL_ROUNDS", factory->remote ? 1 : 3);

  Outcome total;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const Plan plan{.seed = kFirstSeed + round, .kind = kind};
    const auto subject = factory->make();
    const Outcome outcome = compare(subject->repository(), plan);
    INFO(factory->name << ", kind " << kind << ", repeat with DROPZONE_DIFFERENTIAL_SEED="
                       << plan.seed << " DROPZONE_DIFFERENTIAL_ROUNDS=1");
    INFO(outcome.difference);
    REQUIRE(outcome.difference.empty());
    total.queries += outcome.queries;
    for (const auto& [code, count] : outcome.refused) total.refused[code] += count;
  }
  WARN(factory->name << ", kind " << kind << ", seed " << kFirstSeed << ": " << total.queries
                     << " queries, " << answered_share(total) * 100 << "% answered");
  for (const auto& [code, count] : total.refused) WARN(code << ": " << count);
  if (factory->answers_every_query) {
    CHECK(total.refused.empty());
  } else {
    CHECK(answered_share(total) >= 0.95);
  }
}

}  // namespace
}  // namespace dropzone::differential
