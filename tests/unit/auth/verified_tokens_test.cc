#include <catch2/catch.hpp>

#include <string>

#include <dropzone/auth/verified_tokens.h>

#include "support/set_clock.h"

namespace dropzone::auth {
namespace {

using namespace std::chrono_literals;

struct Cached {
  test::SetClock clock;
  VerifiedTokens tokens{clock};

  void remember(std::string_view token, std::chrono::seconds ttl, const Epoch& since) {
    const Timestamp end{clock.time.micros + 300'000'000};
    tokens.remember(token, {{"ann", Grants::all(), Credential::access_token, end}, ttl}, since);
  }
};

TEST_CASE("a token that was verified is known again, and no other is") {
  Cached subject;
  subject.remember("one", 1h, subject.tokens.now());
  CHECK(subject.tokens.recall("one").value().name == "ann");
  CHECK_FALSE(subject.tokens.recall("one "));
  CHECK_FALSE(subject.tokens.recall(""));
}

TEST_CASE("a token is cached for its time to live, and never beyond its end") {
  Cached subject;
  auto past = subject.tokens.now();
  past.time -= 10s;
  subject.remember("stale", 10s, past);
  CHECK_FALSE(subject.tokens.recall("stale"));
  subject.remember("one", 1h, subject.tokens.now());
  subject.clock.time.micros += 300'000'000;
  CHECK_FALSE(subject.tokens.recall("one"));
}

TEST_CASE("what is forgotten is not remembered by who began to look before") {
  Cached subject;
  const auto before = subject.tokens.now();
  subject.remember("one", 1h, before);
  subject.tokens.forget_all();
  CHECK_FALSE(subject.tokens.recall("one"));
  subject.remember("one", 1h, before);
  CHECK_FALSE(subject.tokens.recall("one"));
  subject.remember("one", 1h, subject.tokens.now());
  CHECK(subject.tokens.recall("one"));
}

TEST_CASE("of very many tokens the latest are known") {
  Cached subject;
  const auto moment = subject.tokens.now();
  for (int i = 0; i < 25'000; ++i) subject.remember(std::to_string(i), 1h, moment);
  CHECK(subject.tokens.recall("24999"));
  CHECK(subject.tokens.recall("15001"));
  CHECK_FALSE(subject.tokens.recall("0"));
}

}  // namespace
}  // namespace dropzone::auth
