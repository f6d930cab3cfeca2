#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

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

// Declares the kind with other indexes, over and over.
class ChangingIndexes {
 public:
  ChangingIndexes(RecordRepository& repository, const std::string& kind)
      : thread_([&repository, kind](const std::stop_token& stop) {
          const std::vector<Array> choices{
              {"a", "b"}, {}, {"a"}, {"b", "c", "nested.d"}, {Array{"a", "-b"}, "/h.i"}};
          for (std::size_t i = 0; !stop.stop_requested(); ++i) {
            const Object definition{{"name", kind}, {"indexes", choices[i % choices.size()]}};
            auto parsed = Kind::parse(definition, StepRegistry::with_core_steps());
            if (!parsed) throw std::logic_error(parsed.error().detail);
            (void)repository.declare(std::make_shared<const Kind>(*std::move(parsed)), kNoDeadline);
            // Every other set of indexes becomes complete, if the requests last so long.
            while (i % 2 == 0 && !repository.builds().empty() && !stop.stop_requested()) {
              std::this_thread::yield();
            }
          }
        }) {}

 private:
  std::jthread thread_;
};

TEST_CASE("every store answers as the reference evaluator does while its indexes change") {
  const auto* factory = GENERATE(Catch::Generators::from_range(contract::repository_factories()));
  if (factory->remote) return;  // Its indexes are not its own.
  const std::uint64_t seed =
      number_from_environment("DROPZONE_DIFFERENTIAL_SEED", std::random_device()());
  const auto subject = factory->make();
  const ChangingIndexes changing(subject->repository(), "plain");
  const Outcome outcome = compare(subject->repository(), {.seed = seed, .kind = "plain"});
  INFO(factory->name << ", repeat with DROPZONE_DIFFERENTIAL_SEED=" << seed);
  INFO(outcome.difference);
  CHECK(outcome.difference.empty());
}

}  // namespace
}  // namespace dropzone::differential
