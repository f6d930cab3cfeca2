#include <catch2/catch.hpp>

#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/auth/secrets.h>
#include <dropzone/memory/memory_record_repository.h>

#include "support/temporary_folder.h"

namespace dropzone::auth {
namespace {

using Catch::Matchers::Contains;

/// A store and what it takes to keep secrets in it.
struct Keeping {
  memory::MemoryRecordRepository repository;
  SystemClock clock;
  RandomIdSource ids;
  SharedSecrets secrets{repository, clock, ids};
};

TEST_CASE("a secret is made once, and found from then on") {
  Keeping keeping;
  const auto first = keeping.secrets.find_or_make("a", [] { return "one \"\xc3\xa9\""; }).value();
  CHECK(first.text == "one \"\xc3\xa9\"");
  CHECK(first.made);
  const auto second = keeping.secrets.find_or_make("a", [] { return "two"; }).value();
  CHECK(second.text == first.text);
  CHECK_FALSE(second.made);
  CHECK(keeping.secrets.find_or_make("b", [] { return "three"; }).value().text == "three");
}

TEST_CASE("of many instances that make a secret at once, one wins and all have the same") {
  Keeping keeping;
  std::vector<SharedSecrets::Secret> found(8);
  std::vector<std::thread> instances;
  for (auto& secret : found) {
    instances.emplace_back([&] {
      secret = keeping.secrets.find_or_make("a", [&] { return keeping.ids.next(); }).value();
    });
  }
  for (auto& instance : instances) instance.join();
  std::set<std::string> texts;
  int makers = 0;
  for (const auto& secret : found) {
    texts.insert(secret.text);
    makers += secret.made ? 1 : 0;
  }
  CHECK(texts.size() == 1);
  CHECK(makers == 1);
}

TEST_CASE("a secret is taken from a file that its owner alone can read") {
  namespace fs = std::filesystem;
  const test::TemporaryFolder folder;
  const std::string secret(32, 's');
  const auto file = folder.write("secret", "\n " + secret + "\n");
  fs::permissions(file, fs::perms(0640));
  CHECK_THAT(read_secret_file(file).error().detail, Contains("chmod 600 " + file.string()));
  fs::permissions(file, fs::perms(0400));
  CHECK(read_secret_file(file).value() == secret);
}

TEST_CASE("a secret file that is missing or too short is a fault that says how to make one") {
  const test::TemporaryFolder folder;
  const auto short_one = folder.write("short", std::string(31, 's') + "\n");
  std::filesystem::permissions(short_one, std::filesystem::perms(0600));
  for (const auto& file : {folder.path() / "missing", short_one}) {
    const auto secret = read_secret_file(file);
    REQUIRE_FALSE(secret.has_value());
    CHECK_THAT(secret.error().detail,
               Catch::Matchers::StartsWith(file.string() + ": ") && Contains("openssl rand"));
  }
}

TEST_CASE("keys differ by secret and purpose, and are the same on every instance") {
  CHECK(derive_key("s", "a").size() == 32);
  CHECK(derive_key("s", "a") == derive_key("s", "a"));
  CHECK(derive_key("s", "a") != derive_key("s", "b"));
  CHECK(derive_key("s", "a") != derive_key("t", "a"));
}

}  // namespace
}  // namespace dropzone::auth
