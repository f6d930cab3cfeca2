// hash, and the file of its keys.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include <dropzone/steps_crypto/crypto_steps.h>

#include "steps/library_steps.h"
#include "support/temporary_folder.h"

namespace dropzone {
namespace {

/// The file's keys as "name=secret" in their order, or the fault.
std::string keys_in(std::string_view text, mode_t mode = 0600) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "keys";
  std::ofstream(file, std::ios::binary) << text;
  REQUIRE(::chmod(file.c_str(), mode) == 0);
  const auto keys = read_step_keys(file);
  if (!keys) return keys.error().detail;
  std::string all;
  for (const auto& [name, secret] : *keys) all += name + '=' + secret + ' ';
  return all;
}

}  // namespace

TEST_CASE("hash puts the SHA-256 of a text in its place, in hexadecimal digits") {
  CHECK(made_of("hash", {}, "abc") ==
        R"("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")");
  CHECK(made_of("hash", {{"algorithm", "sha256"}}, "") ==
        R"("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")");
  CHECK(made_of("hash", {}, "é") ==
        R"("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c")");
}

TEST_CASE("what is not a text is hashed as its JSON") {
  CHECK(made_of("hash", {}, 1.0) == made_of("hash", {}, "1"));
  CHECK(made_of("hash", {}, Value()) == made_of("hash", {}, "null"));
  CHECK(made_of("hash", {}, Object{{"a", Array{1, "x"}}}) ==
        made_of("hash", {}, R"({"a":[1,"x"]})"));
  CHECK(transformed({step("hash", {{"fields", Array{"a", "b"}}, {"ignore_missing", true}})},
                    {{"b", "abc"}}, every_step())
            .starts_with(R"({"b":"ba7816bf)"));
  CHECK(transformed({step("hash", {{"field", "a"}})}, {}, every_step()) == "missing_field hash /a");
}

TEST_CASE("with a key, hash makes an HMAC, as RFC 4231 has it") {
  StepRegistry registry = StepRegistry::with_core_steps();
  add_crypto_steps(registry, {{"people", "Jefe"}});
  CHECK(transformed({step("hash", {{"field", "v"}, {"key", "people"}})},
                    {{"v", "what do ya want for nothing?"}}, registry) ==
        R"({"v":"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"})");
  CHECK(fault(step("hash", {{"field", "v"}, {"key", "poeple"}}), registry) ==
        "/0/hash/key: There is no key \"poeple\". Did you mean \"people\"? Keys are named in the "
        "file of the option --step-keys.");
  CHECK(fault(step("hash", {{"field", "v"}, {"algorithm", "md5"}}), registry)
            .starts_with("/0/hash/algorithm: "));
  CHECK(inferred({step("hash", {{"field", "v"}, {"to", "w"}})}, registry) == "w:string");
}

TEST_CASE("a file of keys has a name and a secret on each line") {
  CHECK(keys_in("# ours\n\npeople = 0123456789abcdef\r\n b.2=x y = z 0123456789\t") ==
        "b.2=x y = z 0123456789 people=0123456789abcdef ");
  CHECK(keys_in("").empty());
}

TEST_CASE("a faulty file of keys is refused with its line, and without what is in it") {
  CHECK(keys_in("a = 0123456789abcdef\nsecret 0123456789") ==
        "Line 2: A line must be NAME = SECRET.");
  CHECK(keys_in("a = short") == "Line 1: A secret must have 16 bytes or more.");
  CHECK(keys_in("a b = 0123456789abcdef").starts_with("Line 1: A name has letters"));
  CHECK(keys_in("= 0123456789abcdef").starts_with("Line 1: A name has letters"));
  CHECK(keys_in("a = 0123456789abcdef\na = 0123456789abcdef") ==
        "Line 2: There is a key of this name already.");
  CHECK(keys_in("a = 0123456789abcdef", 0644).find("0123456789abcdef") == std::string::npos);
  CHECK(keys_in("a = 0123456789abcdef", 0644).find("a=") == std::string::npos);
}

}  // namespace dropzone
