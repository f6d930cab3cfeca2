#include <catch2/catch.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/auth/bearer_authenticator.h>
#include <dropzone/auth/tokens.h>
#include <dropzone/crypto/password_hash.h>
#include <dropzone/memory/memory_record_repository.h>

#include "support/set_clock.h"

namespace dropzone::auth {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 24 * 3'600 * kSecond;

/// What instances share.
struct Shared {
  memory::MemoryRecordRepository repository;
  test::SetClock clock;
  RandomIdSource ids;
  json::SharedObjects objects{repository, clock, ids, std::string(kTokensKind)};

  std::size_t stored() { return objects.list(kNoDeadline).value().size(); }
};

User user_with(std::string_view password) {
  return {crypto::hash_password(password, {.memory_kib = 8, .passes = 1}), Grants::all()};
}

/// One instance, with a clock of its own.
struct Instance {
  explicit Instance(Shared& shared) : shared_(shared) {
    clock.time = shared.clock.time;
    users.set_first("root", "a-long-secret");
  }

  TokenPair issue(const std::string& user) {
    return tokens.issue({user, Grants::all()}, kNoDeadline).value();
  }
  bool lets_in(const std::string& token) { return show(token).has_value(); }
  Result<Principal> show(const std::string& token) {
    auto request = http::make_request("GET", "/").value();
    request.headers.add("Authorization", "Bearer " + token);
    if (auto recognised = bearers.recognise(request)) return *std::move(recognised);
    return bearers.authenticate(request);
  }
  Tokens::Refreshed refresh(const std::string& token) { return tokens.refresh(token, kNoDeadline); }
  std::string revoke(const std::string& token) { return tokens.revoke(token, kNoDeadline).value(); }
  void sweep() { CHECK(families.sweep(std::nullopt, kNoDeadline)); }

  Shared& shared_;
  test::SetClock clock;
  json::SharedObjects objects{shared_.repository, clock, shared_.ids, std::string(kTokensKind)};
  TokenKeys keys{objects, clock, shared_.ids};
  Users users;
  VerifiedTokens verified{clock};
  TokenFamilies families{objects, clock, shared_.ids, {.of_user = 3}};
  Tokens tokens{families, keys, users, verified, clock, shared_.ids};
  BearerAuthenticator bearers{verified, tokens, nullptr};
};

/// The same token with another secret, which nobody was given.
std::string with_another_secret(const TokenPair& pair) {
  return pair.refresh_token.substr(0, 26) + std::string(44, 'A');
}

TEST_CASE(
    "an access token is valid for five minutes, a refresh token for thirty days, and a minute") {
  Shared shared;
  Instance one(shared);
  const auto pair = one.issue("root");
  CHECK(one.show(pair.access_token).value().name == "root");
  CHECK(one.show(pair.access_token).value().by_token());
  one.clock.time.micros += 359 * kSecond;
  CHECK(one.lets_in(pair.access_token));
  one.clock.time.micros += 2 * kSecond;
  CHECK_FALSE(one.lets_in(pair.access_token));
  const auto next = one.refresh(pair.refresh_token).pair.value();
  CHECK(one.lets_in(next.access_token));
  one.clock.time.micros += 30 * kDay + 61 * kSecond;
  const auto expired = one.refresh(next.refresh_token);
  CHECK_FALSE(expired.pair);
  CHECK_FALSE(expired.ended);
}

TEST_CASE("a principal that is not a user gets no token") {
  Shared shared;
  Instance one(shared);
  const auto refused = one.tokens.issue({"key:abc", Grants::all()}, kNoDeadline);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::forbidden);
}

TEST_CASE("a refresh whose answer was lost brings the same successor again, for half a minute") {
  Shared shared;
  Instance one(shared);
  Instance other(shared);
  const auto first = one.issue("root");
  const auto second = one.refresh(first.refresh_token).pair.value();
  for (Instance* instance : {&one, &other}) {
    instance->clock.time.micros += 29 * kSecond;
    const auto again = instance->refresh(first.refresh_token).pair.value();
    CHECK(again.refresh_token == second.refresh_token);
    CHECK(instance->lets_in(again.access_token));
  }
  one.clock.time.micros += 2 * kSecond;
  const auto late = one.refresh(first.refresh_token);
  CHECK_FALSE(late.pair);
  CHECK(late.ended);
  CHECK_FALSE(one.lets_in(second.access_token));
  CHECK_FALSE(one.refresh(second.refresh_token).pair);
}

TEST_CASE("a spent token that comes back ends its family, however long ago it was spent") {
  Shared shared;
  Instance one(shared);
  std::vector<TokenPair> pairs{one.issue("root")};
  for (int i = 0; i < 5; ++i) {
    pairs.push_back(one.refresh(pairs.back().refresh_token).pair.value());
  }
  const auto bystander = one.issue("root");
  const auto index = GENERATE(0u, 3u);
  CHECK(one.refresh(pairs[index].refresh_token).ended);
  for (const auto& pair : pairs) CHECK_FALSE(one.lets_in(pair.access_token));
  CHECK_FALSE(one.refresh(pairs.back().refresh_token).pair);
  CHECK(one.lets_in(bystander.access_token));
}

TEST_CASE("a secret that was never issued is refused, and neither ends nor writes anything") {
  Shared shared;
  Instance one(shared);
  const auto pair = one.issue("root");
  REQUIRE(one.lets_in(pair.access_token));
  const auto id = pair.refresh_token.substr(4, 22);
  const auto before = shared.objects.find(id, kNoDeadline).value()->version;
  const auto moment = one.verified.now();
  for (const std::string& made_up :
       {with_another_secret(pair), pair.refresh_token.substr(0, 48) + std::string(22, 'A'),
        "dzr_" + std::string(22, 'A') + pair.refresh_token.substr(26)}) {
    const auto refused = one.refresh(made_up);
    CHECK(refused.pair.error().code == ErrorCode::unauthenticated);
    CHECK_FALSE(refused.ended);
    CHECK(one.revoke(made_up).empty());
  }
  CHECK(shared.objects.find(id, kNoDeadline).value()->version == before);
  CHECK(one.verified.now().revocations == moment.revocations);
  CHECK(one.lets_in(pair.access_token));
  CHECK(one.refresh(pair.refresh_token).pair);
}

TEST_CASE("a family ends by any secret that it ever had, and by an access token while that lives") {
  Shared shared;
  Instance one(shared);
  const auto first = one.issue("root");
  const auto second = one.refresh(first.refresh_token).pair.value();
  SECTION("the latest") { CHECK(one.revoke(second.refresh_token) == "root"); }
  SECTION("a spent one") { CHECK(one.revoke(first.refresh_token) == "root"); }
  SECTION("an access token") { CHECK(one.revoke(first.access_token) == "root"); }
  SECTION("not by an access token that has expired") {
    one.clock.time.micros += 361 * kSecond;
    CHECK(one.revoke(first.access_token).empty());
    CHECK(one.refresh(second.refresh_token).pair);
    return;
  }
  CHECK_FALSE(one.lets_in(second.access_token));
  CHECK_FALSE(one.refresh(second.refresh_token).pair);
}

TEST_CASE(
    "who has another password, or is another person of the same name, has none of the old tokens") {
  Shared shared;
  Instance one(shared);
  Instance other(shared);
  const User ann = user_with("a-long-secret");
  for (Instance* instance : {&one, &other}) instance->users.set({{"ann", ann}});
  const auto pair = one.issue("ann");
  REQUIRE(one.lets_in(pair.access_token));
  REQUIRE(other.lets_in(pair.access_token));
  SECTION("another password") { one.users.set({{"ann", user_with("another-secret")}}); }
  SECTION("removed and made again with the same password") {
    one.users.set({});
    one.users.set({{"ann", user_with("a-long-secret")}});
  }
  one.verified.forget_all();
  CHECK_FALSE(one.lets_in(pair.access_token));
  CHECK_FALSE(one.refresh(pair.refresh_token).pair);

  // The other instance has not read the users. It learns of the change from the store.
  CHECK(other.lets_in(pair.access_token));
  const auto fresh = one.issue("ann");
  CHECK(one.tokens.end_stale("ann", kNoDeadline).value() == 1);
  other.verified.forget_all();  // As after five seconds.
  CHECK_FALSE(other.lets_in(pair.access_token));
  CHECK(one.lets_in(fresh.access_token));
}

TEST_CASE(
    "other roles end no tokens, and the first user's tokens live while the password is the same") {
  Shared shared;
  Instance one(shared);
  User ann = user_with("a-long-secret");
  one.users.set({{"ann", ann}});
  const auto pair = one.issue("ann");
  ann.grants = Grants::parse("read").value();
  one.users.set({{"ann", ann}});
  CHECK(one.show(pair.access_token).value().grants.text() == "read");

  const auto of_root = one.issue("root");
  Instance other(shared);
  CHECK(other.lets_in(of_root.access_token));
  Instance changed(shared);
  changed.users.set_first("root", "another-secret");
  CHECK_FALSE(changed.lets_in(of_root.access_token));
  CHECK_FALSE(changed.refresh(of_root.refresh_token).pair);
}

TEST_CASE("a user has so many families, and the oldest ends") {
  Shared shared;
  Instance one(shared);
  std::vector<TokenPair> pairs;
  for (int i = 0; i < 10; ++i) pairs.push_back(one.issue("root"));
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    CAPTURE(i);
    CHECK(one.refresh(pairs[i].refresh_token).pair.has_value() == (i >= 7));
  }
  CHECK(shared.stored() == 1 + 1 + 3);  // The keys, the user's list, the families.
}

TEST_CASE("families that have ended make room before others have to end") {
  Shared shared;
  Instance one(shared);
  const auto lasting = one.issue("root");
  for (int i = 0; i < 10; ++i) CHECK(one.revoke(one.issue("root").refresh_token) == "root");
  CHECK(one.lets_in(lasting.access_token));
}

TEST_CASE("what expired a day ago is swept, with the list of a user who has nothing left") {
  Shared shared;
  Instance one(shared);
  const auto left_alone = one.issue("root");
  one.clock.time.micros += 29 * kDay;
  const auto used = one.refresh(one.issue("root").refresh_token).pair.value();
  one.clock.time.micros += 1 * kDay + 3'600 * kSecond;
  one.sweep();
  CHECK(shared.stored() == 4);
  one.clock.time.micros += 1 * kDay;
  one.sweep();
  CHECK(shared.stored() == 3);
  CHECK(one.refresh(used.refresh_token).pair);
  one.clock.time.micros += 32 * kDay;
  one.sweep();
  one.sweep();  // The list goes once its families have gone.
  CHECK(shared.stored() == 1);
  CHECK(one.lets_in(one.issue("root").access_token));
}

/// The ids of the families of these pairs.
std::vector<std::string> families_of(const std::vector<TokenPair>& pairs) {
  std::vector<std::string> ids;
  for (const TokenPair& pair : pairs) ids.push_back(pair.refresh_token.substr(4, 22));
  return ids;
}

std::vector<std::string> sessions_at(Instance& one, const std::optional<std::string>& user) {
  std::vector<std::string> ids;
  const auto sessions = one.tokens.sessions(user, kNoDeadline).value();
  for (const TokenSession& session : sessions) ids.push_back(session.id);
  return ids;
}

TEST_CASE(
    "sessions are those whose tokens are valid, and the one that was refreshed last is first") {
  Shared shared;
  Instance one(shared);
  one.users.set({{"ann", user_with("a-long-secret")}, {"bob", user_with("a-long-secret")}});
  const auto next = [&one](const std::string& user) {
    one.clock.time.micros += kSecond;
    return one.issue(user);
  };
  const auto first = next("ann");
  const auto second = next("ann");
  const auto bobs = next("bob");
  const auto began = one.clock.time;
  one.clock.time.micros += kSecond;
  REQUIRE(one.refresh(bobs.refresh_token).pair);
  CHECK(sessions_at(one, "ann") == families_of({second, first}));
  CHECK(sessions_at(one, std::nullopt) == families_of({bobs, second, first}));
  CHECK(sessions_at(one, "nobody").empty());
  const auto session = one.tokens.sessions("bob", kNoDeadline).value().at(0);
  CHECK(session.began_at == began);
  CHECK(session.refreshed_at.micros == began.micros + kSecond);
  CHECK(session.expires_at.micros == began.micros + kSecond + 30 * kDay);

  SECTION("not those of a user with another password") {
    one.users.set({{"ann", user_with("another-secret")}, {"bob", user_with("a-long-secret")}});
    CHECK(sessions_at(one, "ann").empty());
    CHECK_FALSE(one.tokens.end_session(families_of({first})[0], "ann", kNoDeadline).value());
  }
  SECTION("not those that have expired") {
    one.clock.time.micros += 31 * kDay;
    CHECK(sessions_at(one, std::nullopt).empty());
  }
}

TEST_CASE("a family that does not say when it began counts from its latest refresh") {
  Shared shared;
  Instance one(shared);
  const auto id = families_of({one.issue("root")})[0];
  const auto found = shared.objects.find(id, kNoDeadline).value();
  Object older;
  for (const Member& member : found->object.members()) {
    if (member.name != "begunAt") older.append(member.name, member.value);
  }
  REQUIRE(shared.objects.replace(*found, std::move(older), kNoDeadline).value());
  const auto session = one.tokens.sessions("root", kNoDeadline).value().at(0);
  CHECK(session.began_at == session.refreshed_at);
}

TEST_CASE("a session is ended by its user, and by whoever may end those of all users") {
  Shared shared;
  Instance one(shared);
  const auto pair = one.issue("root");
  const auto id = families_of({pair})[0];
  CHECK_FALSE(one.tokens.end_session(id, "ann", kNoDeadline).value());
  for (const std::string& none : {std::string("signing-keys"), std::string(22, 'A')}) {
    CHECK_FALSE(one.tokens.end_session(none, std::nullopt, kNoDeadline).value());
  }
  CHECK(one.lets_in(pair.access_token));
  const auto user = GENERATE(std::optional<std::string>("root"), std::optional<std::string>());
  CHECK(one.tokens.end_session(id, user, kNoDeadline).value());
  CHECK_FALSE(one.lets_in(pair.access_token));
  CHECK_FALSE(one.refresh(pair.refresh_token).pair);
}

TEST_CASE("an instance whose clock is ahead ends nobody else's tokens") {
  Shared shared;
  Instance one(shared);
  Instance ahead(shared);
  ahead.clock.time.micros += 40 * kDay;
  const auto pair = one.issue("root");
  CHECK_FALSE(ahead.refresh(pair.refresh_token).pair);
  CHECK(one.lets_in(pair.access_token));
  CHECK(one.refresh(pair.refresh_token).pair);
}

}  // namespace
}  // namespace dropzone::auth
