#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <dropzone/auth/secrets.h>
#include <dropzone/memory/memory_record_repository.h>

#include "first_user.h"
#include "support/temporary_folder.h"

namespace dropzone::server {
namespace {

using Catch::Matchers::Contains;

/// A store and what it takes to keep secrets in it.
struct Keeping {
  memory::MemoryRecordRepository repository;
  SystemClock clock;
  RandomIdSource ids;
  auth::SharedSecrets secrets{repository, clock, ids};
};

/// Admits the first user as a start of the server would, and returns what it logs.
struct Start {
  auth::Users users;
  std::string log;
  Result<UserChanges> admitted = UserChanges();

  Start(Keeping& keeping, const Options& options, bool embedded) {
    const test::TemporaryFolder folder;
    const auto file = folder.write("log", "");
    std::FILE* const descriptor = std::fopen(file.c_str(), "we");
    {
      log::Log to(log::Log::Settings{.descriptor = ::fileno(descriptor)}, keeping.clock);
      admitted = admit_users(users, options, embedded, keeping.secrets, to);
    }
    std::fclose(descriptor);
    std::ifstream stream(file);
    log.assign(std::istreambuf_iterator<char>(stream), {});
  }
};

TEST_CASE("a configured user is admitted by its password alone, and nothing is stored") {
  Keeping keeping;
  Options options;
  options.user = "ann";
  options.password = "secret";
  Start start(keeping, options, false);
  REQUIRE(start.admitted.has_value());
  CHECK(start.log.empty());
  CHECK(start.users.recall({"ann", "secret", "n"}).value().value() == Grants::all());
  CHECK_FALSE(start.users.verify({"ann", "other", "n"}, kNoDeadline).has_value());
  CHECK_FALSE(start.users.verify({"admin", "", "n"}, kNoDeadline).has_value());
}

TEST_CASE("without a user an embedded store gets one, whose password is shown at the first start") {
  Keeping keeping;
  Start first(keeping, {}, true);
  REQUIRE(first.admitted.has_value());
  const std::string before = "user \"admin\", password \"";
  const auto place = first.log.find(before);
  REQUIRE(place != first.log.npos);
  const std::string password = first.log.substr(place + before.size(), 22);
  CHECK(first.users.verify({"admin", password, "n"}, kNoDeadline).has_value());
  CHECK_FALSE(first.users.verify({"admin", password + "x", "n"}, kNoDeadline).has_value());

  Start second(keeping, {}, true);
  REQUIRE(second.admitted.has_value());
  CHECK(second.log.empty());
  CHECK(second.users.verify({"admin", password, "n"}, kNoDeadline).has_value());
}

TEST_CASE("the store keeps the made password's slow hash and not the password") {
  Keeping keeping;
  const Start start(keeping, {}, true);
  std::string stored;
  Query everything;
  everything.kind = kSecretsKind;
  REQUIRE(keeping.repository
              .query(
                  everything, {.original = true},
                  [&](const RecordView& view) { stored.append(view.data).append(view.original); },
                  kNoDeadline)
              .has_value());
  CHECK_THAT(stored, Contains("$argon2id$"));
  const std::string before = "password \"";
  const auto password = start.log.substr(start.log.find(before) + before.size(), 22);
  CHECK_THAT(stored, !Contains(password));
}

TEST_CASE("without a user a server on a shared store does not start") {
  Keeping keeping;
  const Start start(keeping, {}, false);
  CHECK_THAT(start.admitted.error().detail,
             Contains("DROPZONE_USER") && Contains("DROPZONE_PASSWORD"));
}

TEST_CASE("a provider of tokens is enough on a shared store, and takes nobody away on another") {
  Keeping keeping;
  Options options;
  options.oidc.issuer = "https://accounts.example.com";
  Start shared(keeping, options, false);
  CHECK(shared.admitted);
  CHECK(shared.log.empty());
  for (const auto* name : {"", "admin"})
    CHECK_FALSE(shared.users.verify({name, "", "n"}, kNoDeadline));
  CHECK_THAT(Start(keeping, options, true).log, Contains("user \"admin\""));
}

}  // namespace
}  // namespace dropzone::server
