#include <catch2/catch.hpp>

#include <chrono>
#include <set>
#include <string>

#include <dropzone/memory/memory_record_repository.h>

#include "access/bearer_authenticator.h"
#include "access/token_keys.h"
#include "access/tokens.h"
#include "support/set_clock.h"

namespace dropzone::server {
namespace {

/// Several instances over one store.
struct Instances {
  memory::MemoryRecordRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  SharedObjects objects{repository, clock, ids, std::string(kTokensKind)};
  TokenKeys::Options options{.age = std::chrono::seconds(100),
                             .look_again = std::chrono::seconds(0)};
  TokenKeys one{objects, clock, ids, options};
  TokenKeys other{objects, clock, ids, options};
};

TEST_CASE("all instances sign with one key, and know it by its id") {
  Instances instances;
  const auto key = instances.one.current(kNoDeadline).value();
  CHECK(instances.other.current(kNoDeadline).value()->id() == key->id());
  CHECK(instances.other.find(key->id(), kNoDeadline).value()->id() == key->id());
  CHECK(instances.other.find("unknown", kNoDeadline).value() == nullptr);
}

TEST_CASE("a key that is too old gets a successor, and stays good for what it has signed") {
  Instances instances;
  const auto first = instances.one.current(kNoDeadline).value();
  const std::string token = first->sign("{}", "at+jwt").value();
  instances.clock.time.micros += 100'000'000;
  const auto second = instances.other.current(kNoDeadline).value();
  CHECK(second->id() != first->id());
  CHECK(instances.one.current(kNoDeadline).value()->id() == second->id());
  CHECK(instances.other.find(first->id(), kNoDeadline).value()->verify(token));
  CHECK(instances.one.all(kNoDeadline).value().size() == 2);
}

TEST_CASE("no more keys are kept than are wanted, the oldest goes first") {
  Instances instances;
  std::set<std::string> made;
  const std::string first = instances.one.current(kNoDeadline).value()->id();
  for (int i = 0; i < 5; ++i) {
    instances.clock.time.micros += 100'000'000;
    made.insert(instances.one.current(kNoDeadline).value()->id());
  }
  CHECK(made.size() == 5);
  CHECK(instances.one.all(kNoDeadline).value().size() == 3);
  CHECK(instances.one.find(first, kNoDeadline).value() == nullptr);
}

/// One instance's tokens for a user who may read.
struct TokenFixture : Instances {
  Users users;
  VerifiedTokens verified{clock};
  Tokens tokens{objects, one, users, verified, clock, ids};
  BearerAuthenticator bearers{verified, tokens, nullptr};

  TokenFixture() { users.set_first("ann", "a-long-secret"); }

  Result<http::Principal> show(const std::string& token) {
    auto request = http::make_request("GET", "/").value();
    request.headers.add("Authorization", "Bearer " + token);
    if (auto recognised = bearers.recognise(request)) return *std::move(recognised);
    return bearers.authenticate(request);
  }
};

TEST_CASE("an access token is good for its five minutes, a refresh token for its thirty days") {
  TokenFixture fixture;
  const auto pair = fixture.tokens.issue({"ann", http::Grants::all()}, kNoDeadline).value();
  CHECK(fixture.show(pair.access_token).value().name == "ann");
  CHECK(fixture.show(pair.access_token).value().by_token);
  fixture.clock.time.micros += 300'000'000;
  CHECK_FALSE(fixture.show(pair.access_token));
  const auto next = fixture.tokens.refresh(pair.refresh_token, kNoDeadline).pair.value();
  CHECK(fixture.show(next.access_token));
  fixture.clock.time.micros += std::int64_t{30} * 24 * 3'600 * 1'000'000;
  const auto expired = fixture.tokens.refresh(next.refresh_token, kNoDeadline);
  CHECK_FALSE(expired.pair);
  CHECK(expired.user == "ann");
}

TEST_CASE("what is no user gets no token") {
  TokenFixture fixture;
  const auto refused = fixture.tokens.issue({"key:abc", http::Grants::all()}, kNoDeadline);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::forbidden);
}

}  // namespace
}  // namespace dropzone::server
