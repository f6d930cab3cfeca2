#include <catch2/catch.hpp>

#include <string>
#include <string_view>

#include <dropzone/auth/basic_authenticator.h>
#include <dropzone/crypto/password_hash.h>
#include <dropzone/http/message/basic_credentials.h>
#include <dropzone/text/base64.h>

namespace dropzone::auth {
namespace {

http::Request request_with(std::string_view authorization) {
  auto request = http::make_request("GET", "/kinds").value();
  if (!authorization.empty()) request.headers.add("Authorization", authorization);
  return request;
}

std::string basic(std::string_view pair) {
  return "Basic " + base64_encode(pair, Base64::standard);
}

TEST_CASE("a name ends at its first colon, and a password may hold more of them") {
  const auto credentials = http::parse_basic(basic("ann:a:b:")).value();
  CHECK(credentials.name == "ann");
  CHECK(credentials.password == "a:b:");
}

TEST_CASE("the scheme is known whatever its case, and names and passwords are UTF-8") {
  CHECK(http::parse_basic("bAsIc  " + base64_encode("\xc3\xa9:\xe2\x82\xac", Base64::standard))
            ->password == "\xe2\x82\xac");
  CHECK(http::parse_basic(basic(":"))->name.empty());
}

TEST_CASE("credentials that are not exactly Basic do not count") {
  for (const std::string& value :
       {std::string(), std::string("Basic"), std::string("Basic "), basic("ann"),
        "Bearer " + base64_encode("ann:x", Base64::standard), basic("ann:x") + " ",
        basic("ann:x") + ",", std::string("Basic YW5uOng"), std::string("Basic YW5uOng-"),
        basic("ann:\xff"), basic("ann:x\n"), basic(std::string_view("a\0:x", 4)),
        "Basic" + base64_encode("ann:x", Base64::standard)}) {
    CAPTURE(value);
    CHECK_FALSE(http::parse_basic(value));
  }
}

TEST_CASE("credentials that were verified before are recognised without delay") {
  Users users;
  const auto hash = crypto::hash_password("x", {.memory_kib = 8, .passes = 1});
  users.set({{"ann", {.password_hash = hash, .grants = Grants::parse("read").value()}}});
  BasicAuthenticator authenticator(users);
  const auto request = request_with(basic("ann:x"));
  CHECK_FALSE(authenticator.recognise(request));
  CHECK(authenticator.authenticate(request)->name == "ann");
  CHECK(authenticator.recognise(request).value()->name == "ann");
  CHECK(authenticator.recognise(request).value()->grants.text() == "read");
  CHECK_FALSE(authenticator.recognise(request_with(basic("ann:y"))));
}

TEST_CASE("without credentials, or with malformed ones, a request is refused at once") {
  Users users;
  users.set_first("", "");
  BasicAuthenticator authenticator(users);
  for (const auto value : {"", "Basic", "Bearer x", "Basic !"}) {
    CAPTURE(value);
    const auto recognised = authenticator.recognise(request_with(value));
    REQUIRE(recognised.has_value());
    CHECK(recognised->error().code == ErrorCode::unauthenticated);
  }
}

TEST_CASE("credentials that are not UTF-8 differ from wrong ones, and do not count as a guess") {
  Users users;
  users.set_first("demo", "p\xc3\xa4ss");
  BasicAuthenticator authenticator(users);
  for (int i = 0; i < 30; ++i) {
    const auto refused = authenticator.recognise(request_with(basic("demo:p\xe4ss"))).value();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::unauthenticated);
    CHECK_THAT(refused.error().detail, Catch::Contains("not UTF-8"));
  }
  const auto right = request_with(basic("demo:p\xc3\xa4ss"));
  const auto recognised = authenticator.recognise(right);
  CHECK((recognised ? *recognised : authenticator.authenticate(right)).has_value());
}

TEST_CASE("two Authorization headers are refused, whatever is in them") {
  Users users;
  users.set_first("ann", "x");
  BasicAuthenticator authenticator(users);
  auto request = request_with(basic("ann:x"));
  REQUIRE(authenticator.recognise(request).value().has_value());
  request.headers.add("authorization", basic("ann:x"));
  CHECK_FALSE(authenticator.recognise(request).value().has_value());
}

}  // namespace
}  // namespace dropzone::auth
