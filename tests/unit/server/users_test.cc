#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/crypto/password_hash.h>

#include "access/users.h"
#include "access/users_file.h"
#include "temporary_folder.h"

namespace dropzone::server {
namespace {

using Catch::Matchers::Contains;
using http::Access;
using http::Grants;

User user(std::string_view password, std::string_view roles) {
  return {crypto::hash_password(password, {.memory_kib = 64, .passes = 1}),
          Grants::parse(roles).value()};
}

TEST_CASE("users have what they were granted, and the first one has everything") {
  Users users;
  users.add_first("root", "toor");
  users.set({{"ann", user("secret", "read:records")}});
  CHECK(users.verify("root", "toor", "n").value() == Grants::all());
  CHECK(users.verify("ann", "secret", "n").value() == Grants::parse("read:records").value());
  CHECK(users.recall("ann", "secret"));
  CHECK_FALSE(users.verify("ann", "toor", "n"));
  CHECK_FALSE(users.verify("bob", "secret", "n"));
}

TEST_CASE("a user who is removed, or has another password or role, has that at once") {
  Users users;
  users.set({{"ann", user("secret", "read")}, {"bob", user("secret", "read")}});
  REQUIRE(users.verify("ann", "secret", "n"));
  REQUIRE(users.verify("bob", "secret", "n"));
  users.set({{"ann", user("secret", "write")}});
  CHECK_FALSE(users.recall("bob", "secret"));
  CHECK_FALSE(users.verify("bob", "secret", "n"));
  CHECK(users.verify("ann", "secret", "n").value().text() == "write");
}

TEST_CASE("whoever sets the users is told what is new") {
  Users users;
  const auto bob = user("secret", "read");
  const auto before = users.set({{"ann", user("secret", "read")}, {"bob", bob}, {"eve", bob}});
  CHECK(before.added == std::vector<std::string>{"ann", "bob", "eve"});
  auto other_roles = bob;
  other_roles.grants = Grants::parse("write").value();
  const auto after = users.set(
      {{"ann", user("another", "read")}, {"bob", bob}, {"eve", other_roles}, {"zoe", bob}});
  CHECK(after.added == std::vector<std::string>{"zoe"});
  CHECK(after.changed == std::vector<std::string>{"ann", "eve"});
  CHECK(after.removed.empty());
  CHECK(users.set({}).removed == std::vector<std::string>{"ann", "bob", "eve", "zoe"});
}

TEST_CASE("after too many wrong passwords the right one has to wait as well, elsewhere not") {
  Users users;
  users.set({{"ann", user("secret", "read")}});
  for (int i = 0; i < 11; ++i) CHECK_FALSE(users.verify("ann", "guess" + std::to_string(i), "a"));
  const auto refused = users.verify("ann", "secret", "a");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::rate_limited);
  CHECK(refused.error().retry_after > 0);
  CHECK(users.verify("ann", "secret", "b"));
  CHECK(users.recall("ann", "secret"));
}

TEST_CASE("a users file reads back what was written, and only its owner may read it") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "users";
  const auto ann = user("secret", "read,write:measurements");
  const auto add = [&](UserTable& table) -> Result<void> {
    table.emplace("ann \xc3\xa9", ann);
    return {};
  };
  REQUIRE(change_users_file(path, add));
  const auto table = read_users_file(path).value();
  REQUIRE(table.contains("ann \xc3\xa9"));
  CHECK(table.at("ann \xc3\xa9").password_hash == ann.password_hash);
  CHECK(table.at("ann \xc3\xa9").grants == ann.grants);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  std::filesystem::permissions(path, std::filesystem::perms(0640));
  CHECK_THAT(read_users_file(path).error().detail, Contains("chmod 600 " + path.string()));
}

TEST_CASE("of many who change a users file at once nobody's change is lost") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "users";
  const auto somebody = user("secret", "read");
  std::vector<std::thread> writers;
  for (int i = 0; i < 16; ++i) {
    writers.emplace_back([&, i] {
      (void)change_users_file(path, [&](UserTable& table) -> Result<void> {
        table.emplace("user" + std::to_string(i), somebody);
        return {};
      });
    });
  }
  for (auto& writer : writers) writer.join();
  CHECK(read_users_file(path).value().size() == 16);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("a refused change leaves the file as it was") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "users";
  CHECK_FALSE(change_users_file(path, [](UserTable&) { return Result<void>(Error{}); }));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a line that is wrong is named") {
  const TemporaryFolder folder;
  const std::string hash = user("x", "read").password_hash;
  const std::vector<std::string> lines{"ann",
                                       "ann:" + hash,
                                       "ann:secret:read",
                                       "ann:" + hash + ":reed",
                                       ":" + hash + ":read",
                                       "bob:" + hash + ":read"};
  for (const std::string& line : lines) {
    CAPTURE(line);
    const auto path = folder.write("users", "# Users\n\nbob:" + hash + ":read\n" + line + "\n");
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    const auto read = read_users_file(path);
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error().detail, Contains(path.string() + ":4: "));
    CHECK_THAT(read.error().detail, !Contains(hash));
  }
}

}  // namespace
}  // namespace dropzone::server
