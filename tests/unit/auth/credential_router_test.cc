#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

#include <dropzone/auth/basic_authenticator.h>
#include <dropzone/auth/credential_router.h>
#include <dropzone/text/base64.h>

namespace dropzone::auth {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("two credentials in one request are refused, and empty ones do not count") {
  Users users;
  users.set_first("ann", "x");
  BasicAuthenticator passwords(users);
  CredentialRouter router(passwords, passwords, passwords);
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

}  // namespace
}  // namespace dropzone::auth
