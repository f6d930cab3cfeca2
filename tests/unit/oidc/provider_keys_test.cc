#include <catch2/catch.hpp>

#include <array>

#include "loopback_provider.h"

namespace dropzone::oidc {
namespace {

using namespace std::chrono_literals;
using namespace testing;

struct Subject {
  SetClock clock;
  Reports reports;
  LoopbackProvider provider;
  jose::SigningKey old = jose::SigningKey::generate("old").value();
  jose::SigningKey fresh = jose::SigningKey::generate("fresh").value();
  // As good as never on their own: what is fetched is fetched for a reason.
  Provider::Timing timing{.refresh = 1h,
                          .retry = 1h,
                          .max_retry = 1h,
                          .unknown_key = 1h,
                          .fetch = 1h,
                          .patience = 30s,
                          .stale = 1h};

  Subject() { provider.publish({&old}); }

  std::unique_ptr<TokenVerifier> verifier() {
    return std::make_unique<TokenVerifier>(Provider{.issuer = provider.issuer(),
                                                    .audiences = {"dropzone"},
                                                    .ca_file = {},
                                                    .on_change = reports.listener(),
                                                    .timing = timing},
                                           clock);
  }
  [[nodiscard]] std::string token(const jose::SigningKey& key) const {
    return token_of(key, provider.issuer());
  }
};

ErrorCode code_of(const Result<VerifiedToken>& result) {
  REQUIRE_FALSE(result);
  return result.error().code;
}

TEST_CASE("keys are fetched once, however many tokens there are and whatever keys they name") {
  Subject subject;
  const auto verifier = subject.verifier();
  for (int i = 0; i < 50; ++i) CHECK(verifier->verify(subject.token(subject.old)));
  for (int i = 0; i < 50; ++i) {
    const auto stranger = jose::SigningKey::generate("stranger " + std::to_string(i)).value();
    CHECK(code_of(verifier->verify(subject.token(stranger))) == ErrorCode::unauthenticated);
  }
  CHECK(subject.provider.fetches() == 1);
  CHECK(eventually([&] { return subject.reports.said() == std::vector<std::string>{"well"}; }));
}

TEST_CASE("a key that is new is fetched for the first token that names it") {
  Subject subject;
  subject.timing.unknown_key = 0ms;
  const auto verifier = subject.verifier();
  CHECK(verifier->verify(subject.token(subject.old)));
  subject.provider.publish({&subject.fresh});
  CHECK(verifier->verify(subject.token(subject.fresh)));
  CHECK(subject.provider.fetches() == 2);
  // And the one that the provider has withdrawn is no longer valid.
  CHECK(code_of(verifier->verify(subject.token(subject.old))) == ErrorCode::unauthenticated);
}

TEST_CASE("keys are fetched again on their own") {
  Subject subject;
  subject.timing.refresh = 5ms;
  const auto verifier = subject.verifier();
  CHECK(verifier->verify(subject.token(subject.old)));
  subject.provider.publish({&subject.fresh});
  CHECK(eventually([&] { return verifier->verify(subject.token(subject.fresh)).has_value(); }));
}

TEST_CASE("while the provider cannot be asked nobody comes in, and once it can all do") {
  Subject subject;
  subject.timing.retry = 5ms;
  subject.timing.max_retry = 20ms;
  subject.provider.fail(true);
  const auto verifier = subject.verifier();
  CHECK(code_of(verifier->verify(subject.token(subject.old))) == ErrorCode::unavailable);
  CHECK_THAT(subject.reports.last(), Catch::Matchers::Contains("503"));
  subject.provider.fail(false);
  CHECK(eventually([&] { return verifier->verify(subject.token(subject.old)).has_value(); }));
  // Keys are valid before anybody is notified of them.
  CHECK(eventually([&] { return subject.reports.said().size() == 2; }));
  CHECK(subject.reports.last() == "well");
}

TEST_CASE("keys stay good while the provider is away, but a new one may or may not be") {
  Subject subject;
  subject.timing.unknown_key = 0ms;
  const auto verifier = subject.verifier();
  CHECK(verifier->verify(subject.token(subject.old)));
  subject.provider.fail(true);
  CHECK(code_of(verifier->verify(subject.token(subject.fresh))) == ErrorCode::unavailable);
  CHECK(verifier->verify(subject.token(subject.old)));
}

TEST_CASE("keys that could not be fetched again for long are discarded") {
  Subject subject;
  subject.timing.refresh = 5ms;
  subject.timing.retry = 5ms;
  subject.timing.stale = 200ms;
  const auto verifier = subject.verifier();
  CHECK(eventually([&] { return verifier->verify(subject.token(subject.old)).has_value(); }));
  subject.provider.fail(true);
  CHECK(eventually([&] {
    const auto verified = verifier->verify(subject.token(subject.old));
    return !verified && verified.error().code == ErrorCode::unavailable;
  }));
}

TEST_CASE("a provider that is slow holds up a few tokens of new keys, and no others") {
  Subject subject;
  subject.timing.unknown_key = 0ms;
  const auto verifier = subject.verifier();
  CHECK(verifier->verify(subject.token(subject.old)));
  subject.provider.publish({&subject.old, &subject.fresh});
  subject.provider.hold();
  std::atomic<int> refused = 0;
  std::atomic<int> admitted = 0;
  std::array<std::thread, 12> clients;
  for (auto& client : clients) {
    client = std::thread([&] {
      const auto verified = verifier->verify(subject.token(subject.fresh));
      ++(verified ? admitted : refused);
    });
  }
  CHECK(eventually([&] { return refused == 4; }));
  CHECK(verifier->verify(subject.token(subject.old)));
  CHECK(admitted == 0);
  subject.provider.release();
  for (auto& client : clients) client.join();
  CHECK(refused == 4);
  CHECK(admitted == 8);
}

TEST_CASE("who waits for a slow provider does so for a bounded time") {
  Subject subject;
  subject.timing.patience = 10ms;
  subject.provider.hold();
  const auto verifier = subject.verifier();
  const auto refused = verifier->verify(subject.token(subject.old));
  CHECK(code_of(refused) == ErrorCode::unavailable);
  CHECK(refused.error().retry_after == 1);
  subject.provider.release();
}

TEST_CASE("a verifier ends although its provider does not answer") {
  Subject subject;
  subject.timing.fetch = 60s;
  subject.provider.hold();
  auto verifier = subject.verifier();
  REQUIRE(eventually([&] { return subject.provider.holds_requests(); }));
  const auto begin = std::chrono::steady_clock::now();
  verifier.reset();
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
  subject.provider.release();
}

}  // namespace
}  // namespace dropzone::oidc
