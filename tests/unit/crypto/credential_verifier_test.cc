#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/crypto/credential_verifier.h>
#include <dropzone/crypto/password_hash.h>

namespace dropzone::crypto {
namespace {

using Clock = std::chrono::steady_clock;

constexpr PasswordHashCost kCheapHash{.memory_kib = 8, .passes = 1};

TEST_CASE("a plain pair is recalled at once and no other pair is") {
  CredentialVerifier verifier;
  verifier.add_plain("ann", "secret");
  CHECK(verifier.recall("ann", "secret"));
  CHECK_FALSE(verifier.recall("ann", "secret2"));
  CHECK_FALSE(verifier.recall("anns", "ecret"));
  CHECK_FALSE(verifier.recall("", ""));
  CHECK(verifier.verify("ann", "secret").has_value());
  CHECK(verifier.verify("ann", "wrong").error().code == ErrorCode::unauthenticated);
}

TEST_CASE("a pair is recalled once it has been verified") {
  CredentialVerifier verifier;
  verifier.set_hashes({{"ann", hash_password("secret", kCheapHash)}});
  CHECK_FALSE(verifier.recall("ann", "secret"));
  CHECK(verifier.verify("ann", "secret").has_value());
  CHECK(verifier.recall("ann", "secret"));
}

TEST_CASE("a wrong password and an unknown user are refused alike, and never recalled") {
  CredentialVerifier verifier;
  verifier.set_hashes({{"ann", hash_password("secret", kCheapHash)}});
  const auto wrong = verifier.verify("ann", "guess");
  const auto unknown = verifier.verify("bob", "guess");
  CHECK(wrong.error().code == ErrorCode::unauthenticated);
  CHECK(wrong.error() == unknown.error());
  CHECK_FALSE(verifier.recall("ann", "guess"));
  CHECK_FALSE(verifier.verify("bob", "secret").has_value());
}

TEST_CASE("new hashes hold at once, for pairs that were verified before as well") {
  CredentialVerifier verifier;
  verifier.set_hashes({{"ann", hash_password("old", kCheapHash)}});
  REQUIRE(verifier.verify("ann", "old").has_value());
  verifier.set_hashes({{"ann", hash_password("new", kCheapHash)}});
  CHECK_FALSE(verifier.recall("ann", "old"));
  CHECK_FALSE(verifier.verify("ann", "old").has_value());
  CHECK(verifier.verify("ann", "new").has_value());
}

TEST_CASE("what is remembered is bounded, and what was forgotten is verified anew") {
  CredentialVerifier verifier({.concurrent_hashes = 1, .remembered = 2});
  CredentialVerifier::Hashes hashes;
  for (int i = 0; i < 6; ++i) hashes[std::to_string(i)] = hash_password("secret", kCheapHash);
  verifier.set_hashes(hashes);
  for (int i = 0; i < 6; ++i) CHECK(verifier.verify(std::to_string(i), "secret").has_value());
  CHECK_FALSE(verifier.recall("0", "secret"));
  CHECK(verifier.recall("5", "secret"));
  CHECK(verifier.recall("4", "secret"));
  CHECK(verifier.verify("0", "secret").has_value());
}

/// How long one refusal takes.
Clock::duration time_of_refusal(CredentialVerifier& verifier, const std::string& name) {
  const auto start = Clock::now();
  CHECK_FALSE(verifier.verify(name, "guess").has_value());
  return Clock::now() - start;
}

TEST_CASE("an unknown user takes as long to refuse as a wrong password") {
  CredentialVerifier verifier;
  verifier.set_hashes({{"ann", hash_password("secret")}});
  auto known = Clock::duration::max();
  auto unknown = Clock::duration::max();
  for (int i = 0; i < 5; ++i) {
    known = std::min(known, time_of_refusal(verifier, "ann"));
    unknown = std::min(unknown, time_of_refusal(verifier, "bob"));
  }
  CHECK(known < 2 * unknown);
  CHECK(unknown < 2 * known);
}

TEST_CASE("many who come at once with one right pair are all let in, at the price of one hash") {
  CredentialVerifier verifier({.concurrent_hashes = 1, .remembered = 10});
  verifier.set_hashes({{"ann", hash_password("secret")}});
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] { accepted += verifier.verify("ann", "secret").has_value() ? 1 : 0; });
  }
  for (auto& thread : threads) thread.join();
  CHECK(accepted == 16);
}

TEST_CASE("beyond the slots for slow hashes, other pairs are told to come again") {
  CredentialVerifier verifier({.concurrent_hashes = 1, .remembered = 10});
  verifier.set_hashes({{"ann", hash_password("secret", {.memory_kib = 64 * 1024, .passes = 4})}});
  std::atomic<int> limited = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const auto result = verifier.verify("ann", "guess" + std::to_string(i));
      limited += result.error().code == ErrorCode::rate_limited ? 1 : 0;
      refused += result.error().code == ErrorCode::unauthenticated ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(limited + refused == 8);
  CHECK(limited >= 1);
  CHECK(refused >= 1);
}

TEST_CASE("without any slow hash a wrong pair is refused at once") {
  CredentialVerifier verifier;
  verifier.add_plain("ann", "secret");
  const auto start = Clock::now();
  for (int i = 0; i < 1'000; ++i) {
    CHECK(verifier.verify("ann", "guess").error().code == ErrorCode::unauthenticated);
  }
  CHECK(Clock::now() - start < std::chrono::seconds(1));
}

}  // namespace
}  // namespace dropzone::crypto
