#include <catch2/catch.hpp>

#include <string>

#include <dropzone/auth/grants.h>

namespace dropzone {
namespace {

Grants grants(std::string_view text) { return Grants::parse(text).value(); }

TEST_CASE("a role is for all kinds, or for the one behind its colon") {
  const Grants some = grants("read,write:measurements");
  CHECK(some.allow(Permission::read, "records"));
  CHECK(some.allow(Permission::write, "measurements"));
  CHECK_FALSE(some.allow(Permission::write, "records"));
  CHECK_FALSE(some.allow(Permission::remove, "measurements"));
  CHECK(some.allow_everywhere(Permission::read));
  CHECK_FALSE(some.allow_everywhere(Permission::write));
  CHECK(some.allow_somewhere(Permission::write));
  CHECK_FALSE(some.allow_somewhere(Permission::remove));
}

TEST_CASE("admin has the other roles in it, and no other role has") {
  for (const Permission permission :
       {Permission::read, Permission::write, Permission::remove, Permission::admin}) {
    CHECK(Grants::all().allow_everywhere(permission));
    CHECK(grants("admin:records").allow(permission, "records"));
    CHECK_FALSE(grants("admin:records").allow(permission, "measurements"));
    CHECK_FALSE(Grants().allow_somewhere(permission));
    CHECK(grants("read,write,delete").allow_everywhere(permission) ==
          (permission != Permission::admin));
  }
}

TEST_CASE("nobody can grant more than they have") {
  CHECK(Grants::all().cover(grants("admin,read:records")));
  CHECK(grants("read,write:records").cover(grants("read:records,write:records")));
  CHECK_FALSE(grants("read:records").cover(grants("read")));
  CHECK_FALSE(grants("read,write,delete").cover(grants("admin:records")));
  CHECK(grants("admin:records").cover(grants("delete:records")));
}

TEST_CASE("grants of several sources are added up, each of them once") {
  Grants some = grants("read:records");
  some.add(grants("write,read:records"));
  some.add(Grants());
  CHECK(some.text() == "read:records,write");
}

TEST_CASE("grants read back what they are written as") {
  for (const std::string text : {"read", "read,write:measurements", "admin", "delete:a-b_1"}) {
    CHECK(grants(text).text() == text);
  }
}

TEST_CASE("an unknown role or kind is refused by name") {
  for (const auto text : {"", "reed", ",read", "read:", "read:_dropzone_secrets", "read:a b",
                          "READ", "*", "read :records"}) {
    CAPTURE(text);
    const auto parsed = Grants::parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::invalid_request);
  }
  CHECK_THAT(Grants::parse("reed").error().detail, Catch::Matchers::Contains("\"read\""));
}

}  // namespace
}  // namespace dropzone
