#include <catch2/catch.hpp>

#include <string>

#include <dropzone/auth/claimed_roles.h>
#include <dropzone/json/decode_value.h>

namespace dropzone::auth {
namespace {

/// The roles that these claims, as JSON, stand for, as text.
std::string roles_of(const std::string& claims, const std::string& claim,
                     const std::vector<std::string>& names = {}) {
  const auto value = json::decode_value(claims, 8).value();
  return ClaimedRoles(claim, parse_role_names(names).value()).grants_of(*value.as_object()).text();
}

TEST_CASE("a claim has words in an array, or in a text between blanks") {
  CHECK(roles_of(R"({"roles": ["read", "write:measurements"]})", "roles") ==
        "read,write:measurements");
  CHECK(roles_of(R"({"scope": "read  write:measurements"})", "scope") == "read,write:measurements");
  CHECK(roles_of(R"({"role": "admin"})", "role") == "admin");
}

TEST_CASE("what stands for no role is passed over, and so is a claim of another form") {
  CHECK(roles_of(R"({"roles": ["openid", "reed", 5, null, ["read"], "read:", "write"]})",
                 "roles") == "write");
  for (const std::string value : {"5", "null", "true", "{}", "[]", R"({"read": true})", R"("")"}) {
    CAPTURE(value);
    CHECK(roles_of("{\"roles\": " + value + "}", "roles").empty());
  }
  CHECK(roles_of(R"({"Roles": ["read"]})", "roles").empty());
}

TEST_CASE("a claim inside others is found by its path, unless one has the path as its name") {
  CHECK(roles_of(R"({"realm": {"roles": ["read"]}})", "realm.roles") == "read");
  CHECK(roles_of(R"({"https://dz.example/roles": ["read"]})", "https://dz.example/roles") ==
        "read");
  CHECK(roles_of(R"({"a": {"b": "admin"}, "a.b": "read"})", "a.b") == "read");
  CHECK(roles_of(R"({"a": "admin"})", "a..b").empty());
}

TEST_CASE("where words have a meaning, those without one have none") {
  const std::vector<std::string> names{"hall=write:measurements", "hall=read:measurements",
                                       "a=b=read"};
  CHECK(roles_of(R"({"roles": ["hall", "admin", "read"]})", "roles", names) ==
        "write:measurements,read:measurements");
  CHECK(roles_of(R"({"roles": ["a=b"]})", "roles", names) == "read");
  CHECK(roles_of(R"({"roles": ["Hall", "hal", "hall "]})", "roles", names).empty());
}

TEST_CASE("names of unknown roles are refused") {
  for (const std::string text : {"", "hall", "=read", "hall=", "hall=reed", "hall=read:"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_role_names({text}));
  }
}

}  // namespace
}  // namespace dropzone::auth
