#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>

#include <dropzone/crypto/credential_verifier.h>
#include <dropzone/crypto/password_hash.h>

namespace dropzone::crypto {
namespace {

using Clock = std::chrono::steady_clock;

constexpr PasswordHashCost kCheapHash{.memory_kib = 8, .passes = 1};

TEST_CASE("the first user is recalled at once from everywhere, and no other pair is") {
  CredentialVerifier verifier;
  verifier.set_first("ann", "secret");
  CHECK(verifier.recall({"ann", "secret", "a"}));
  CHECK(verifier.recall({"ann", "secret", "b"}));
  CHECK_FALSE(verifier.recall({"ann", "secret2", "a"}));
  CHECK_FALSE(verifier.recall({"anns", "ecret", "a"}));
  CHECK_FALSE(verifier.recall({"", "", ""}));
  CHECK(verifier.verify({"ann", "secret", "a"}));
  CHECK_FALSE(verifier.verify({"ann", "wrong", "a"}));
}

TEST_CASE("a pair is recalled once it has been verified, where it was shown and nowhere else") {
  CredentialVerifier verifier;
  verifier.set_hashes({{"ann", hash_password("secret", kCheapHash)}});
  CHECK_FALSE(verifier.recall({"ann", "secret", "a"}));
  CHECK(verifier.verify({"ann", "secret", "a"}));
  CHECK(verifier.recall({"ann", "secret", "a"}));
  CHECK_FALSE(verifier.recall({"ann", "secret", "b"}));
}

TEST_CASE("a wrong password and an unknown user are refused, and never recalled") {
  CredentialVerifier verifier;
  verifier.set_hashes({{"ann", hash_password("secret", kCheapHash)}});
  CHECK_FALSE(verifier.verify({"ann", "guess", "a"}));
  CHECK_FALSE(verifier.verify({"bob", "guess", "a"}));
  CHECK_FALSE(verifier.recall({"ann", "guess", "a"}));
  CHECK_FALSE(verifier.verify({"bob", "secret", "a"}));
}

TEST_CASE("new hashes hold at once, and who keeps their own is still remembered") {
  CredentialVerifier verifier;
  const std::string bob = hash_password("bobs", kCheapHash);
  verifier.set_hashes({{"ann", hash_password("old", kCheapHash)}, {"bob", bob}});
  REQUIRE(verifier.verify({"ann", "old", "a"}));
  REQUIRE(verifier.verify({"bob", "bobs", "a"}));
  verifier.set_hashes({{"ann", hash_password("new", kCheapHash)}, {"bob", bob}});
  CHECK_FALSE(verifier.recall({"ann", "old", "a"}));
  CHECK_FALSE(verifier.verify({"ann", "old", "a"}));
  CHECK(verifier.verify({"ann", "new", "a"}));
  CHECK(verifier.recall({"bob", "bobs", "a"}));
}

TEST_CASE("who is removed and made again with the same password is not remembered") {
  CredentialVerifier verifier;
  const std::string hash = hash_password("secret", kCheapHash);
  verifier.set_hashes({{"ann", hash}});
  REQUIRE(verifier.verify({"ann", "secret", "a"}));
  verifier.set_hashes({});
  CHECK_FALSE(verifier.recall({"ann", "secret", "a"}));
  verifier.set_hashes({{"ann", hash}});
  CHECK_FALSE(verifier.recall({"ann", "secret", "a"}));
}

TEST_CASE("what is remembered is bounded, and what was forgotten is verified again") {
  CredentialVerifier verifier({.remembered = 2});
  CredentialVerifier::Hashes hashes;
  for (int i = 0; i < 6; ++i) hashes[std::to_string(i)] = hash_password("secret", kCheapHash);
  verifier.set_hashes(hashes);
  for (int i = 0; i < 6; ++i) CHECK(verifier.verify({std::to_string(i), "secret", "a"}));
  CHECK_FALSE(verifier.recall({"0", "secret", "a"}));
  CHECK(verifier.recall({"5", "secret", "a"}));
  CHECK(verifier.recall({"4", "secret", "a"}));
  CHECK(verifier.verify({"0", "secret", "a"}));
}

TEST_CASE("the hash of the first user is the same on all instances, and others' are theirs") {
  CredentialVerifier one;
  CredentialVerifier other;
  one.set_first("ann", "secret");
  other.set_first("ann", "secret");
  CHECK(one.hash_of("ann") == other.hash_of("ann"));
  other.set_first("ann", "secret2");
  CHECK(one.hash_of("ann") != other.hash_of("ann"));
  other.set_first("bob", "secret");
  CHECK(one.hash_of("ann") != other.hash_of("bob"));
  CHECK_FALSE(one.hash_of("bob"));
}

/// How long one refusal takes.
Clock::duration time_of_refusal(CredentialVerifier& verifier, const std::string& name) {
  const auto start = Clock::now();
  CHECK_FALSE(verifier.verify({name, "guess", "a"}));
  return Clock::now() - start;
}

void compare_refusals(CredentialVerifier& verifier) {
  auto known = Clock::duration::max();
  auto unknown = Clock::duration::max();
  for (int i = 0; i < 5; ++i) {
    known = std::min(known, time_of_refusal(verifier, "ann"));
    unknown = std::min(unknown, time_of_refusal(verifier, "bob"));
  }
  CHECK(known < 2 * unknown);
  CHECK(unknown < 2 * known);
}

TEST_CASE("an unknown user takes as long to refuse as a wrong password", "[figures]") {
  CredentialVerifier verifier;
  SECTION("of a file") { verifier.set_hashes({{"ann", hash_password("secret")}}); }
  SECTION("of the first user") { verifier.set_first("ann", "secret"); }
  compare_refusals(verifier);
}

}  // namespace
}  // namespace dropzone::crypto
