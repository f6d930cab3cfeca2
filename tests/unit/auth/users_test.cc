#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/auth/users.h>
#include <dropzone/auth/users_file.h>
#include <dropzone/crypto/password_hash.h>

#include "support/eventually.h"
#include "support/temporary_folder.h"

namespace dropzone::auth {
namespace {

using Catch::Matchers::Contains;

User user(std::string_view password, std::string_view roles) {
  return {crypto::hash_password(password, {.memory_kib = 64, .passes = 1}),
          Grants::parse(roles).value()};
}

bool is_recalled(Users& users, std::string_view name, std::string_view password,
                 std::string_view network) {
  const auto grants = users.recall({name, password, network});
  return grants && *grants;
}

TEST_CASE("users have what they were granted, and the first one has everything") {
  Users users;
  users.set_first("root", "toor");
  users.set({{"ann", user("secret", "read:records")}});
  CHECK(users.verify({"root", "toor", "n"}, kNoDeadline).value() == Grants::all());
  CHECK(users.verify({"ann", "secret", "n"}, kNoDeadline).value() ==
        Grants::parse("read:records").value());
  CHECK(is_recalled(users, "ann", "secret", "n"));
  CHECK_FALSE(users.verify({"ann", "toor", "n"}, kNoDeadline));
  CHECK_FALSE(users.verify({"bob", "secret", "n"}, kNoDeadline));
}

TEST_CASE("a user who is removed, or has another password or role, has that at once") {
  Users users;
  users.set({{"ann", user("secret", "read")}, {"bob", user("secret", "read")}});
  REQUIRE(users.verify({"ann", "secret", "n"}, kNoDeadline));
  REQUIRE(users.verify({"bob", "secret", "n"}, kNoDeadline));
  users.set({{"ann", user("secret", "write")}});
  CHECK_FALSE(is_recalled(users, "bob", "secret", "n"));
  CHECK_FALSE(users.verify({"bob", "secret", "n"}, kNoDeadline));
  CHECK(users.verify({"ann", "secret", "n"}, kNoDeadline).value().text() == "write");
}

TEST_CASE("who keeps their password is remembered over new users, with the roles that they have") {
  Users users;
  User ann = user("secret", "read");
  users.set({{"ann", ann}});
  REQUIRE(users.verify({"ann", "secret", "n"}, kNoDeadline));
  ann.grants = Grants::parse("write").value();
  users.set({{"ann", ann}, {"bob", user("secret", "read")}});
  CHECK(users.recall({"ann", "secret", "n"}).value().value().text() == "write");
}

TEST_CASE("whoever sets the users gets what is new") {
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

/// Guesses at a user's password until there is a wait, and returns how often that was judged.
int guesses_until_delay(Users& users, std::string_view name, std::string_view network) {
  for (int i = 0;; ++i) {
    const std::string guess = "guess" + std::to_string(i);
    const auto refused = users.verify({name, guess, network}, kNoDeadline);
    REQUIRE_FALSE(refused);
    if (refused.error().code == ErrorCode::rate_limited) return i;
  }
}

TEST_CASE("after ten wrong passwords the right one has to wait as well, elsewhere not") {
  Users users;
  std::string name = "ann";
  SECTION("of a user of a file") { users.set({{"ann", user("secret", "read")}}); }
  SECTION("of the first user") { users.set_first("ann", "secret"); }
  SECTION("of a user who was admitted there before") {
    users.set({{"ann", user("secret", "read")}});
    REQUIRE(users.verify({"ann", "secret", "a"}, kNoDeadline));
  }
  CHECK(guesses_until_delay(users, name, "a") == 10);
  for (const auto& refused :
       {users.verify({"ann", "secret", "a"}, kNoDeadline), *users.recall({"ann", "secret", "a"})}) {
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::rate_limited);
    CHECK(refused.error().retry_after > 0);
  }
  CHECK(users.verify({"ann", "secret", "b"}, kNoDeadline));
}

TEST_CASE("the right password is accepted after the wait, which then begins from nothing") {
  Users users({.callers = 1, .delay = {.free_failures = 2, .first = std::chrono::seconds(1)}});
  users.set({{"ann", user("secret", "read")}});
  CHECK(guesses_until_delay(users, "ann", "a") == 2);
  CHECK(test::eventually([&] { return users.verify({"ann", "secret", "a"}, kNoDeadline); }));
  CHECK(guesses_until_delay(users, "ann", "a") == 2);
}

TEST_CASE("many who come at once with one right pair are all admitted, at the price of one hash") {
  Users users;
  users.set({{"ann", {crypto::hash_password("secret"), Grants::all()}}});
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 40; ++i) {
    threads.emplace_back([&] {
      accepted += users.verify({"ann", "secret", "a"}, kNoDeadline) ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(accepted == 40);
}

TEST_CASE("a flood of made-up names leaves others a log-in, from its own network too") {
  Users users;
  UserTable table;
  for (const auto name : {"ann", "bob"}) table.emplace(name, user("secret", "read"));
  users.set(table);
  std::atomic<bool> stop = false;
  std::atomic<int> made_up = 0;
  std::vector<std::thread> flood;
  for (int i = 0; i < 8; ++i) {
    flood.emplace_back([&] {
      while (!stop) {
        const std::string name = "nobody" + std::to_string(made_up++);
        (void)users.verify({name, "x", "flood"}, kNoDeadline);
      }
    });
  }
  while (made_up < 40) std::this_thread::yield();
  for (const auto network : {"elsewhere", "flood"}) {
    for (const auto& [name, _] : table) {
      const auto begin = std::chrono::steady_clock::now();
      CHECK(users.verify({name, "secret", network}, kNoDeadline));
      CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
    }
  }
  stop = true;
  for (auto& thread : flood) thread.join();
}

TEST_CASE("a fingerprint is the same on all instances until the password is another one") {
  Users one;
  Users other;
  const User ann = user("secret", "read");
  one.set({{"ann", ann}});
  other.set({{"ann", ann}});
  one.set_first("root", "toor");
  other.set_first("root", "toor");
  CHECK(one.fingerprint("ann", "key") == other.fingerprint("ann", "key"));
  CHECK(one.fingerprint("root", "key") == other.fingerprint("root", "key"));
  CHECK(one.fingerprint("root", "key") != one.fingerprint("root", "another"));
  const auto before = one.fingerprint("ann", "key");
  one.set({{"ann", user("secret", "read")}});
  CHECK(one.fingerprint("ann", "key") != before);
  CHECK_FALSE(one.fingerprint("bob", "key"));
}

TEST_CASE("a users file reads back what was written, and only its owner may read it") {
  const test::TemporaryFolder folder;
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
  const test::TemporaryFolder folder;
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
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "users";
  CHECK_FALSE(change_users_file(path, [](UserTable&) { return Result<void>(Error{}); }));
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a line that is wrong is named") {
  const test::TemporaryFolder folder;
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
}  // namespace dropzone::auth
