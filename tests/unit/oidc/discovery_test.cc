#include <catch2/catch.hpp>

#include "loopback_provider.h"

namespace dropzone::oidc {
namespace {

using namespace testing;
using Catch::Matchers::Contains;

/// What a verifier says at its start about the provider of this name.
std::string first_word_about(const std::string& issuer) {
  SetClock clock;
  Reports reports;
  const TokenVerifier verifier({.issuer = issuer,
                                .audiences = {"dropzone"},
                                .ca_file = {},
                                .on_change = reports.listener(),
                                .timing = {}},
                               clock);
  return reports.last();
}

std::string configuration(const std::string& issuer, const std::string& keys) {
  return R"({"issuer":")" + issuer + R"(","jwks_uri":")" + keys + "\"}";
}

TEST_CASE("a provider is found with and without a slash at the end of its name") {
  LoopbackProvider provider;
  CHECK(first_word_about(provider.issuer()) == "well");
  const std::string slashed = provider.issuer() + "/";
  CHECK_THAT(first_word_about(slashed), Contains("the issuer there is"));
  provider.set(LoopbackProvider::kConfiguration,
               configuration(slashed, provider.issuer() + "/keys"));
  CHECK(first_word_about(slashed) == "well");
}

TEST_CASE("a configuration that cannot be used is said to be none, and why") {
  LoopbackProvider provider;
  const auto said = [&](const std::string& body, int status = 200) {
    provider.set(LoopbackProvider::kConfiguration, body, status);
    return first_word_about(provider.issuer());
  };
  const std::string issuer = provider.issuer();
  CHECK_THAT(said("", 404), Contains("openid-configuration: the answer is 404"));
  CHECK_THAT(said("", 302), Contains("the answer is 302"));
  CHECK_THAT(said("<html>"), Contains("not a JSON object"));
  CHECK_THAT(said("[]"), Contains("not a JSON object"));
  CHECK_THAT(said("{}"), Contains("the issuer there is \"\""));
  CHECK_THAT(said(configuration("https://other.example", issuer)), Contains("other.example"));
  CHECK_THAT(said(configuration(issuer, "")), Contains("the jwks_uri is not a URL"));
  CHECK_THAT(said(configuration(issuer, "http://keys.example/")), Contains("not an https:// URL"));
  CHECK_THAT(said(configuration(issuer, "file:///etc/passwd")), Contains("jwks_uri"));
  CHECK_THAT(said(std::string(std::size_t{2} << 20, ' ')), Contains("more than 1 MiB"));
  CHECK(provider.fetches() == 0);
}

TEST_CASE("keys that cannot be read are said to be none, and why") {
  LoopbackProvider provider;
  provider.set("/keys", "{}");
  CHECK_THAT(first_word_about(provider.issuer()), Contains("/keys: "));
}

TEST_CASE("a provider that is not there is said to be away") {
  CHECK_THAT(first_word_about("http://127.0.0.1:1"), Contains("connect"));
}

TEST_CASE("an issuer is a URL by https, or by http on this machine") {
  for (const std::string url :
       {"https://accounts.example.com", "https://login.example.com/tenant/v2.0",
        "https://example.com:8443/", "http://127.0.0.1:3000", "http://127.5.5.5",
        "http://[::1]:3000", "http://localhost:3000/realms/one"}) {
    CAPTURE(url);
    CHECK(check_issuer(url));
  }
  for (const std::string url :
       {"", "accounts.example.com", "http://accounts.example.com", "http://10.0.0.1",
        "http://127.0.0.1.example.com", "http://localhost.example.com",
        "http://127.0.0.1@example.com", "https://ann:secret@example.com", "https://ann@example.com",
        "https://example.com#a", "https://example.com?a=b", "ftp://127.0.0.1", "file:///etc/passwd",
        "https://", "https:// "}) {
    CAPTURE(url);
    CHECK_FALSE(check_issuer(url));
  }
}

}  // namespace
}  // namespace dropzone::oidc
