#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <dropzone/crypto/keyed_hash.h>
#include <dropzone/crypto/openssl_digest.h>
#include <dropzone/crypto/random_bytes.h>
#include <dropzone/text/hex.h>

namespace dropzone::crypto {
namespace {

TEST_CASE("SHA-256 gives the answers of FIPS 180-4") {
  const OpensslDigest digest;
  CHECK(hex_of(digest.sha256("")) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_of(digest.sha256("abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_of(digest.sha256(std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Key, message and answer.
struct HmacExample {
  std::string key;
  std::string message;
  std::string_view hash;
};

TEST_CASE("HMAC-SHA-256 gives the answers of RFC 4231") {
  const HmacExample examples[] = {
      {std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const auto& [key, message, hash] : examples) CHECK(hex_of(KeyedHash(key)(message)) == hash);
}

TEST_CASE("one keyed hash serves many threads") {
  const KeyedHash hash("key");
  const Sha256 expected = hash("message");
  std::vector<std::thread> threads;
  std::vector<int> right(4);
  for (int& count : right) {
    threads.emplace_back([&hash, &expected, &count] {
      for (int i = 0; i < 1'000; ++i) {
        const OpensslDigest digest;
        count += digest.sha256("between") != expected && hash("message") == expected ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(right == std::vector<int>(4, 1'000));
}

TEST_CASE("texts of other content or length are not equal in constant time") {
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time("secret", "secret"));
  CHECK_FALSE(equal_in_constant_time("secret", "secrea"));
  CHECK_FALSE(equal_in_constant_time("secret", "secre"));
}

TEST_CASE("random bytes are as many as asked for, and others each time") {
  CHECK(random_bytes(0).empty());
  CHECK(random_bytes(32).size() == 32);
  CHECK(random_bytes(32) != random_bytes(32));
}

}  // namespace
}  // namespace dropzone::crypto
