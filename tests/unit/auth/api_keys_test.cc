#include <catch2/catch.hpp>

#include <chrono>
#include <string>

#include <dropzone/auth/api_keys.h>

#include "support/hooked_repository.h"
#include "support/set_clock.h"

namespace dropzone::auth {
namespace {

constexpr std::int64_t kHour = std::int64_t{3'600} * 1'000'000;

struct Fixture {
  test::HookedRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  json::SharedObjects objects{repository, clock, ids, std::string(kApiKeysKind)};
  ApiKeys keys{objects, clock, ids};

  Result<KeyService::MadeKey> make(std::optional<std::chrono::seconds> lifetime = {}) {
    return keys.make({"root", Grants::all()},
                     {.name = "a",
                      .grants = Grants::all(),
                      .lifetime = lifetime,
                      .addresses = {},
                      .certificate = {}},
                     kNoDeadline);
  }
  std::size_t listed() { return keys.list(kNoDeadline).value().size(); }
};

TEST_CASE("a key whose answer was lost is not left behind") {
  Fixture fixture;
  const auto code =
      GENERATE(ErrorCode::outcome_unknown, ErrorCode::unavailable, ErrorCode::deadline_exceeded);
  fixture.repository.after_write = [code] { return Error{code, "lost"}; };
  CHECK(fixture.make().error().code == ErrorCode::unavailable);
  CHECK(fixture.listed() == 0);
}

TEST_CASE("a key that may be left behind is named, so that it can be revoked") {
  Fixture fixture;
  fixture.repository.after_write = [] { return Error{ErrorCode::outcome_unknown, "lost"}; };
  fixture.repository.before_erase = [] { return Error{ErrorCode::unavailable, "away"}; };
  const auto failed = fixture.make();
  CHECK(failed.error().code == ErrorCode::outcome_unknown);
  const auto left = fixture.keys.list(kNoDeadline).value();
  REQUIRE(left.size() == 1);
  CHECK_THAT(failed.error().detail, Catch::Matchers::Contains(left.front().id));
}

TEST_CASE("a key is swept a day after its end, and one without an end never") {
  Fixture fixture;
  REQUIRE(fixture.make(std::chrono::hours(1)));
  REQUIRE(fixture.make());
  fixture.clock.time.micros += 24 * kHour;
  CHECK(fixture.keys.sweep(std::nullopt, kNoDeadline));
  CHECK(fixture.listed() == 2);
  fixture.clock.time.micros += 2 * kHour;
  CHECK(fixture.keys.sweep(std::nullopt, kNoDeadline));
  CHECK(fixture.listed() == 1);
}

}  // namespace
}  // namespace dropzone::auth
