#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/http/message/problem.h>
#include <dropzone/http/message/secret_mask.h>

using namespace dropzone::http;  // NOLINT: the subject of this file

namespace {

/// A text with every character of it percent-encoded, `times` times over.
std::string encoded(std::string text, int times) {
  for (int i = 0; i < times; ++i) {
    std::string out;
    for (const char c : text) {
      constexpr char kDigits[] = "0123456789abcdef";
      out += '%';
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[c & 15];
    }
    text = out;
  }
  return text;
}

}  // namespace

TEST_CASE("secrets are masked wherever they stand, and the text around them stays") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"/dzk_abc-DEF.123_x/y", "/dzk_***/y"},
      {"/records/a?cursor=dzr_abc&limit=5", "/records/a?cursor=dzr_***&limit=5"},
      {"/x?dzk_name=1&eyJhbGciOi.e30.c-_2", "/x?dzk_***=1&eyJ***"},
      {"Mozilla/5.0 (dzk_abc) eyJh.eyJi.c", "Mozilla/5.0 (dzk_***) eyJ***"},
      {"DZK_abc Dzr_abc", "DZK_*** Dzr_***"},
      {"/%64zk_abc/", "/%64zk_***/"},
      {"/dzk%5Fabc/", "/dzk%5F***/"},
      {"/dzk%5fa%62c%2Fd", "/dzk%5f***%2Fd"},
      {"/%2564zk_abc", "/%2564zk_***"},
      {"/%252564zk_abc", "/%252564zk_***"},
      {"/%65yJabc", "/%65yJ***"},
      {"dzk_adzk_b", "dzk_***"},
  };
  for (const auto& [text, masked] : cases) {
    INFO(text);
    CHECK(has_secret(text));
    CHECK(without_secrets(text) == masked);
    CHECK_FALSE(without_secrets(text).find("abc") != std::string::npos);
  }
  for (int times = 1; times <= 3; ++times) {
    const std::string prefix = encoded("dzk_", times);
    CHECK(without_secrets("/" + prefix + encoded("abc", times)) == "/" + prefix + "***");
  }
}

TEST_CASE("text that is not a secret stays as it is") {
  for (const std::string text :
       {"", "/", "/fetchAll?limit=100&kind=a%20b", "dzk_", "/dzk_/", "dzk", "eyj", "/Keyjoin", "%",
        "%6", "%64", "%zz", "%25", "adze", "%64zk", "100%"}) {
    INFO(text);
    CHECK_FALSE(has_secret(text));
    CHECK(without_secrets(text) == text);
  }
}

TEST_CASE("a text has a secret exactly if masking changes it") {
  const std::vector<std::string> parts = {"d",  "D", "z", "k", "r", "_",  "e",  "y", "J",
                                          "dz", "%", "6", "4", "5", "25", "ey", "/", "%5f"};
  std::mt19937 random(7);
  int secrets = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text;
    for (auto left = random() % 9; left > 0; --left) text += parts[random() % parts.size()];
    const bool secret = has_secret(text);
    secrets += secret ? 1 : 0;
    if (secret == (without_secrets(text) != text)) continue;
    FAIL(text);
  }
  CHECK(secrets > 100);
}

TEST_CASE("a problem document names no secret of the path, and is UTF-8 whatever it gets") {
  const auto answer = problem_response(
      {.code = dropzone::ErrorCode::not_found, .detail = "No \xff\xc3 here.", .cause = "inside"},
      "r1", "/dzk_abc/\xff");
  CHECK(answer.body.find("abc") == std::string::npos);
  CHECK(answer.body.find("inside") == std::string::npos);
  CHECK(answer.body.find("\"detail\":\"No ?? here.\"") != std::string::npos);
  CHECK(answer.body.find('\xff') == std::string::npos);
}

TEST_CASE("what passes says when to come again") {
  using dropzone::ErrorCode;
  CHECK(problem_response({ErrorCode::unavailable, "x"}, {}, {}).headers.find("Retry-After") == "1");
  CHECK(problem_response({.code = ErrorCode::rate_limited, .retry_after = 7}, {}, {})
            .headers.find("Retry-After") == "7");
  CHECK_FALSE(
      problem_response({ErrorCode::store_full, "x"}, {}, {}).headers.contains("Retry-After"));
}
