#include <catch2/catch.hpp>

#include <string>

#include <dropzone/jose/token_header.h>
#include <dropzone/text/base64.h>

namespace dropzone::jose {
namespace {

TEST_CASE("a header that is not a token's is refused") {
  for (const std::string token :
       {"", ".", "..", "...", "e30.e30.", "e30.e30", "!!!.e30.e30", "W10.e30.e30",
        "eyJhbGciOiAxfQ.e30.e30", "eyJhbGciOiAiRVMyNTYiLCAiY3JpdCI6IFtdfQ.e30.e30"}) {
    CAPTURE(token);
    CHECK_FALSE(read_token_header(token));
  }
  CHECK_FALSE(read_token_header("eyJhbGciOiAiRVMyNTYifQ." + std::string(9'000, 'A') + ".AAAA"));
  CHECK(read_token_header("eyJhbGciOiAiRVMyNTYifQ.e30.AAAA").value().algorithm == "ES256");
}

TEST_CASE("the issuer of a token is read without trusting it") {
  const auto token = [](std::string_view claims) {
    return "eyJhbGciOiAiRVMyNTYifQ." + base64_encode(claims, Base64::url) + ".AAAA";
  };
  CHECK(unverified_issuer(token(R"({"iss": "https://a.example", "x": [1]})")) ==
        "https://a.example");
  for (const std::string claims :
       {"", "{}", "[]", R"({"iss": 5})", R"({"iss": "a", "iss": "b"})"}) {
    CAPTURE(claims);
    CHECK(unverified_issuer(token(claims)).empty());
  }
  CHECK(unverified_issuer("no token").empty());
}

}  // namespace
}  // namespace dropzone::jose
