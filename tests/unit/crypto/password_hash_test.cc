#include <catch2/catch.hpp>

#include <string>

#include <dropzone/crypto/password_hash.h>

namespace dropzone::crypto {
namespace {

constexpr PasswordHashCost kCheap{.memory_kib = 8, .passes = 1};

TEST_CASE("a password fits its own hash and no other does") {
  const std::string hash = hash_password("correct horse", kCheap);
  CHECK(verify_password(hash, "correct horse"));
  CHECK_FALSE(verify_password(hash, "correct horsf"));
  CHECK_FALSE(verify_password(hash, "correct horse "));
  CHECK_FALSE(verify_password(hash, ""));
}

TEST_CASE("the default hash is Argon2id at OWASP's cost") {
  CHECK_THAT(hash_password("x"), Catch::Matchers::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST_CASE("a password may be empty, long, or hold any byte") {
  for (const std::string& password :
       {std::string(), std::string(10'000, 'x'), std::string("a\0b\xff", 4)}) {
    const std::string hash = hash_password(password, kCheap);
    CHECK(verify_password(hash, password));
    CHECK_FALSE(verify_password(hash, password + "."));
  }
}

TEST_CASE("two hashes of one password differ by their salt") {
  CHECK(hash_password("x", kCheap) != hash_password("x", kCheap));
}

TEST_CASE("the argon2 command's hash is understood") {
  // echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -e
  CHECK(
      verify_password("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$"
                      "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                      "password"));
}

TEST_CASE(
    "text that is not a hash, or would cost too much to check, is recognized and matches nothing") {
  const std::string hash = hash_password("x", kCheap);
  CHECK(is_password_hash(hash));
  const auto parameters = hash.find("m=8");
  for (const std::string& text :
       {std::string(), std::string("x"), hash.substr(0, hash.rfind('$')), hash + "$", hash + "=",
        "x" + hash, std::string("$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA"),
        std::string(hash).replace(parameters, 3, "m=1048577"),
        std::string(hash).replace(parameters, 3, "m=-8"),
        std::string(hash).replace(parameters, 3, "m=99999999999")}) {
    CAPTURE(text);
    CHECK_FALSE(is_password_hash(text));
    CHECK_FALSE(verify_password(text, "x"));
  }
}

}  // namespace
}  // namespace dropzone::crypto
