#include <catch2/catch.hpp>

#include <filesystem>
#include <string>
#include <string_view>

#include <dropzone/files/kind_files.h>

#include "support/temporary_folder.h"

namespace dropzone::files {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

constexpr std::string_view kRecords = R"({"name": "records", "version": 1})";

std::string fault_of(const std::filesystem::path& folder) {
  const auto catalog = load_kinds(folder, "records", StepRegistry::with_core_steps());
  return catalog ? "no fault" : catalog.error().detail;
}

TEST_CASE("the kinds that ship are loaded") {
  const auto catalog = load_kinds(std::filesystem::path(DROPZONE_SOURCE_DIR) / "kinds", "records",
                                  StepRegistry::with_core_steps());
  REQUIRE(catalog.has_value());
  CHECK(catalog->find("records").has_value());
  CHECK(catalog->find("measurements").value()->type_of(*FieldPath::parse("timeUTC")) ==
        FieldType::timestamp);
}

TEST_CASE("files that are no .json are passed over") {
  const test::TemporaryFolder folder;
  folder.write("records.json", kRecords);
  folder.write("README.md", "no kind");
  CHECK(fault_of(folder.path()) == "no fault");
}

TEST_CASE("a folder that is not there, or has no kinds, is a fault") {
  const test::TemporaryFolder folder;
  CHECK_THAT(fault_of(folder.path() / "missing"), Contains("missing: the folder cannot be read"));
  CHECK_THAT(fault_of(folder.path()), Contains("no kind file") && Contains("records.json"));
}

TEST_CASE("a folder without the default kind is a fault of its own") {
  const test::TemporaryFolder folder;
  folder.write("other.json", R"({"name": "other", "version": 1})");
  const auto catalog = load_kinds(folder.path(), "records", StepRegistry::with_core_steps());
  CHECK(catalog.error().code == ErrorCode::unknown_kind);
  CHECK_THAT(catalog.error().detail, Contains("no records.json"));
}

TEST_CASE("a fault in a kind file names the file and the line or the pointer") {
  const test::TemporaryFolder folder;
  folder.write("records.json", kRecords);
  const auto check = [&](std::string_view text, std::string_view part) {
    const auto file = folder.write("k.json", text).string();
    const std::string fault = fault_of(folder.path());
    CHECK_THAT(fault, StartsWith(file + ": ") && Contains(std::string(part)));
    CHECK(fault.find('\n') == fault.npos);
  };
  check("{\"name\": \"k\",\n\"version\": }", "line 2");
  check("[]", "");
  check("", "");
  check(R"({"name": "k", "version": 1, "pipelin": []})", "\"pipeline\"");
  check(R"({"name": "k", "version": 1, "pipeline": [{"parse_tim": {}}]})", "parse_time");
  check(R"({"name": "k", "version": 1, "fields": {"a": "numbr"}})", "at /fields");
  check(R"({"name": "other", "version": 1})", "at /name");
}

}  // namespace
}  // namespace dropzone::files
