#include <catch2/catch.hpp>

#include "loopback_provider.h"

namespace dropzone::oidc {
namespace {

using namespace std::chrono_literals;
using namespace testing;

constexpr std::int64_t kNow = 1'700'000'000;

struct Claimant {
  SetClock clock;
  LoopbackProvider provider;
  jose::SigningKey key = jose::SigningKey::generate("one").value();
  std::unique_ptr<TokenVerifier> verifier;

  explicit Claimant(std::chrono::milliseconds skew = 60s) {
    provider.publish({&key});
    verifier = std::make_unique<TokenVerifier>(Provider{.issuer = provider.issuer(),
                                                        .audiences = {"dropzone", "https://dz"},
                                                        .clock_skew = skew,
                                                        .ca_file = {},
                                                        .timing = {}},
                                               clock);
  }

  Result<VerifiedToken> verify(const std::string& claims, const char* type = "at+jwt") {
    return verifier->verify(key.sign(claims, type).value());
  }
  /// What is wrong with a token that has these members instead of, or in addition to, valid ones.
  std::string fault_of(const std::string& name, const std::string& json) {
    std::string claims = "{";
    const std::pair<std::string, std::string> good[] = {{"iss", "\"" + provider.issuer() + "\""},
                                                        {"aud", "\"dropzone\""},
                                                        {"sub", "\"ann\""},
                                                        {"exp", std::to_string(kNow + 300)}};
    for (const auto& [member, value] : good) {
      if (member != name) claims += "\"" + member + "\":" + value + ",";
    }
    claims += json.empty() ? "\"none\":0}" : "\"" + name + "\":" + json + "}";
    const auto verified = verify(claims);
    if (verified) return "";
    CHECK(verified.error().code == ErrorCode::unauthenticated);
    return verified.error().detail;
  }
};

TEST_CASE("a good token says whose it is, what it claims and how long it is good") {
  Claimant subject;
  const auto verified = subject.verify(R"({"iss":")" + subject.provider.issuer() +
                                       R"(","aud":["other","https://dz"],"sub":"ann|7",)" +
                                       R"("exp":1700000300.5,"nbf":1700000000,"roles":["read"]})");
  REQUIRE(verified);
  CHECK(verified->subject == "ann|7");
  CHECK(verified->claims.find("roles")->as_array()->size() == 1);
  CHECK(verified->good_until.micros == (kNow + 360) * 1'000'000 + 500'000);
}

TEST_CASE("issuer and audience are those that were named, to the letter") {
  Claimant subject;
  CHECK(subject.fault_of("none", "0").empty());
  const std::string issuer = subject.provider.issuer();
  for (const std::string& other : {"\"" + issuer + "/\"", std::string("\"https://other\""),
                                   std::string("5"), "[\"" + issuer + "\"]", std::string()}) {
    CHECK_THAT(subject.fault_of("iss", other), Catch::Matchers::Contains("issuer"));
  }
  CHECK(subject.fault_of("aud", R"(["a", "dropzone"])").empty());
  for (const std::string other : {"\"Dropzone\"", "\"dropzone \"", "[]", "[[\"dropzone\"]]", "5",
                                  "{\"dropzone\":true}", "\"\"", "null", ""}) {
    CHECK_THAT(subject.fault_of("aud", other), Catch::Matchers::Contains("audience"));
  }
}

TEST_CASE("times hold but for the skew of clocks") {
  Claimant subject;
  const auto at = [](std::int64_t offset) { return std::to_string(kNow + offset); };
  CHECK(subject.fault_of("exp", at(-59)).empty());
  CHECK(subject.fault_of("exp", "1e300").empty());
  CHECK(subject.fault_of("exp", "9223372036854775807").empty());
  for (const std::string& past :
       {at(-60), at(-1'000'000), std::string("0"), std::string("-1e300")}) {
    CHECK_THAT(subject.fault_of("exp", past), Catch::Matchers::Contains("expired"));
  }
  for (const std::string none : {"", "\"1700000300\"", "true", "null", "[1700000300]"}) {
    CHECK_THAT(subject.fault_of("exp", none), Catch::Matchers::Contains("when it expires"));
  }
  for (const std::string name : {"nbf", "iat"}) {
    CHECK(subject.fault_of(name, at(60)).empty());
    CHECK(subject.fault_of(name, at(-1'000'000)).empty());
    for (const std::string& later : {at(61), std::string("1e300"), std::string("\"0\"")}) {
      CHECK_THAT(subject.fault_of(name, later), Catch::Matchers::Contains("not valid yet"));
    }
  }
}

TEST_CASE("without a skew, times hold to the second") {
  Claimant subject(0s);
  CHECK(subject.fault_of("exp", std::to_string(kNow + 1)).empty());
  CHECK_FALSE(subject.fault_of("exp", std::to_string(kNow)).empty());
  CHECK(subject.fault_of("nbf", std::to_string(kNow)).empty());
  CHECK_FALSE(subject.fault_of("nbf", std::to_string(kNow + 1)).empty());
}

TEST_CASE("a token is somebody's, and shows what anybody may show") {
  Claimant subject;
  CHECK(subject.fault_of("sub", "\"" + std::string(255, 'a') + "\"").empty());
  for (const std::string& sub : {std::string(), std::string("\"\""), std::string("5"),
                                 "\"" + std::string(256, 'a') + "\"", std::string(R"("a\nb")")}) {
    CHECK_THAT(subject.fault_of("sub", sub), Catch::Matchers::Contains("whose"));
  }
  CHECK_THAT(subject.fault_of("cnf", R"({"jkt":"a"})"), Catch::Matchers::Contains("bound"));
}

TEST_CASE("a token of a type that is for other ends lets nobody in") {
  Claimant subject;
  for (const char* type : {"at+jwt", "AT+JWT", "application/at+jwt", "JWT", "jwt", ""}) {
    CAPTURE(type);
    CHECK(subject.verifier->verify(token_of(subject.key, subject.provider.issuer(), "", type)));
  }
  for (const char* type : {"logout+jwt", "secevent+jwt", "dpop+jwt", "JWS", "at", "id_token"}) {
    CAPTURE(type);
    CHECK_FALSE(
        subject.verifier->verify(token_of(subject.key, subject.provider.issuer(), "", type)));
  }
}

TEST_CASE("claims that are not an object are refused") {
  Claimant subject;
  for (const std::string claims : {"[]", "5", "{", "", R"({"iss":"a","iss":"b"})"}) {
    const auto verified = subject.verify(claims);
    REQUIRE_FALSE(verified);
    CHECK(verified.error().code == ErrorCode::unauthenticated);
  }
}

}  // namespace
}  // namespace dropzone::oidc
