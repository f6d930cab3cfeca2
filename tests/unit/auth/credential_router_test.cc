#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/auth/basic_authenticator.h>
#include <dropzone/auth/credential_router.h>
#include <dropzone/text/base64.h>

#include "support/set_clock.h"

namespace dropzone::auth {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("two credentials in one request are refused, and empty ones do not count") {
  Users users;
  users.set_first("ann", "x");
  BasicAuthenticator passwords(users);
  SystemClock clock;
  CredentialRouter router(passwords, passwords, passwords, clock);
  const auto recognise = [&](const Fields& fields) {
    auto request = http::make_request("GET", "/kinds").value();
    for (const auto& [name, value] : fields) request.headers.add(name, value);
    return router.recognise(request);
  };
  const std::string ann = "Basic " + base64_encode("ann:x", Base64::standard);

  for (const Fields& fields : {Fields{{"Authorization", ann}, {"X-API-Key", "dzk_1"}},
                               Fields{{"Authorization", ann}, {"authorization", ann}},
                               Fields{{"X-API-Key", "dzk_1"}, {"x-api-key", "dzk_2"}}}) {
    const auto refused = recognise(fields);
    REQUIRE(refused);
    REQUIRE_FALSE(*refused);
    CHECK(refused->error().code == ErrorCode::ambiguous_credentials);
  }
  CHECK(recognise({{"Authorization", ann}, {"X-API-Key", ""}}).value().has_value());
  CHECK(recognise({{"X-API-Key", ""}}).value().error().code == ErrorCode::unauthenticated);
}

/// Recognises whatever it is shown, and counts how often it is asked.
class Counting final : public http::Authenticator {
 public:
  std::optional<Result<Principal>> recognise(const http::Request&) override {
    ++asked;
    if (refuses) return Result<Principal>(Error{ErrorCode::unauthenticated, "No."});
    return Result(Principal{.name = "ann", .grants = Grants::all(), .expires_at = expires_at});
  }
  Result<Principal> authenticate(const http::Request&) override {
    return Error{ErrorCode::internal, "Never asked."};
  }
  [[nodiscard]] std::uint64_t revocations() const noexcept override { return revoked; }

  int asked = 0;
  bool refuses = false;
  std::uint64_t revoked = 0;
  std::optional<Timestamp> expires_at;
};

/// A connection on which requests come, and the router that recognises who sends them.
struct Connected {
  explicit Connected(std::chrono::steady_clock::duration lasts = std::chrono::hours(1))
      : router(passwords, keys, passwords, clock, lasts) {}

  std::optional<Result<Principal>> recognise(std::string_view field, std::string_view value,
                                             std::string address = "192.0.2.1") {
    auto request = http::make_request("GET", "/kinds").value();
    request.headers.add(field, value);
    request.remote_address = std::move(address);
    request.recognition = recognition;
    return router.recognise(request);
  }
  bool lets_in(std::string_view text) { return recognise("Authorization", text)->has_value(); }

  test::SetClock clock;
  Counting passwords;
  Counting keys;
  CredentialRouter router;
  std::shared_ptr<http::Recognition> recognition = std::make_shared<http::Recognition>();
};

TEST_CASE("the principal of a connection is cached, and not looked up for the next request") {
  Connected connected;
  for (int i = 0; i < 3; ++i)
    CHECK(connected.recognise("Authorization", "a")->value().name == "ann");
  CHECK(connected.passwords.asked == 1);

  connected.recognition = std::make_shared<http::Recognition>();
  CHECK(connected.lets_in("a"));
  CHECK(connected.passwords.asked == 2);
  connected.recognition = nullptr;
  CHECK(connected.lets_in("a"));
  CHECK(connected.passwords.asked == 3);
}

TEST_CASE("other credentials, another header and another address are looked up") {
  Connected connected;
  CHECK(connected.lets_in("a"));
  connected.passwords.refuses = connected.keys.refuses = true;
  CHECK(connected.lets_in("a"));
  CHECK_FALSE(connected.lets_in("b"));
  CHECK_FALSE(connected.lets_in("aa"));
  CHECK_FALSE(connected.recognise("X-API-Key", "a")->has_value());
  CHECK_FALSE(connected.recognise("Authorization", "a", "192.0.2.2")->has_value());
  CHECK(connected.lets_in("a"));
  CHECK_FALSE(connected.lets_in(""));
}

TEST_CASE("a revocation, the end of a credential and a second end a recognition") {
  Connected connected;
  connected.clock.time = Timestamp{100};
  connected.passwords.expires_at = Timestamp{200};
  CHECK(connected.lets_in("a"));
  connected.passwords.refuses = true;
  CHECK(connected.lets_in("a"));
  connected.clock.time = Timestamp{200};
  CHECK_FALSE(connected.lets_in("a"));
  connected.clock.time = Timestamp{199};
  CHECK(connected.lets_in("a"));
  ++connected.passwords.revoked;
  CHECK_FALSE(connected.lets_in("a"));

  Connected forgetful(std::chrono::seconds(0));
  CHECK(forgetful.lets_in("a"));
  forgetful.passwords.refuses = true;
  CHECK_FALSE(forgetful.lets_in("a"));
}

TEST_CASE("credentials too long to be kept with every connection are looked up each time") {
  Connected connected;
  for (int i = 0; i < 2; ++i) CHECK(connected.lets_in(std::string(5'000, 'a')));
  CHECK(connected.passwords.asked == 2);
}

}  // namespace
}  // namespace dropzone::auth
