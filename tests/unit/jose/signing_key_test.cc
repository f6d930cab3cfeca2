#include <catch2/catch.hpp>

#include <string>

#include <dropzone/jose/signing_key.h>
#include <dropzone/jose/token_header.h>

namespace dropzone::jose {
namespace {

TEST_CASE("a key verifies what it has signed, and gives the claims back") {
  const auto key = SigningKey::generate("one").value();
  const std::string token = key.sign("{\"sub\":\"ann\"}", "at+jwt").value();
  CHECK(key.verify(token).value() == "{\"sub\":\"ann\"}");
  const auto header = read_token_header(token).value();
  CHECK(header.algorithm == "ES256");
  CHECK(header.type == "at+jwt");
  CHECK(header.key_id == "one");
}

TEST_CASE("no second text stands for a token") {
  const auto key = SigningKey::generate("one").value();
  const std::string token = key.sign("{}", "at+jwt").value();
  for (const std::string end : {"=", "==", " ", "\n", ".", "A"})
    CHECK_FALSE(key.verify(token + end));
  CHECK_FALSE(key.verify(" " + token));
}

TEST_CASE("another key, and another text, verify nothing") {
  const auto key = SigningKey::generate("one").value();
  const auto other = SigningKey::generate("one").value();
  std::string token = key.sign("{}", "at+jwt").value();
  CHECK_FALSE(other.verify(token));
  for (const std::size_t place : {std::size_t{3}, token.find('.') + 1, token.rfind('.') + 9}) {
    std::string changed = token;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    CHECK_FALSE(key.verify(changed));
  }
}

TEST_CASE("a private key reads back as itself, and the public text has no private part") {
  const auto key = SigningKey::generate("one").value();
  const auto again = SigningKey::read(key.private_text()).value();
  CHECK(again.id() == "one");
  CHECK(again.verify(key.sign("{}", "at+jwt").value()));
  CHECK(key.public_text() == again.public_text());
  CHECK_THAT(key.public_text(), !Catch::Matchers::Contains("\"d\""));
  CHECK_THAT(key.public_text(), Catch::Matchers::StartsWith(R"({"use":"sig","alg":"ES256",)"));
  CHECK_FALSE(SigningKey::read("{}"));
  CHECK_FALSE(SigningKey::read("not JSON"));
  CHECK_FALSE(SigningKey::read(R"({"kty":"oct","kid":"one","k":"AAAA"})"));
}

}  // namespace
}  // namespace dropzone::jose
