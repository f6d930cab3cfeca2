#include <catch2/catch.hpp>

#include <string>

#include <dropzone/steps/all_steps.h>

#include "kinds.h"
#include "support/temporary_folder.h"

namespace dropzone::server {
namespace {

using Catch::Matchers::StartsWith;

std::string fault_of(const std::filesystem::path& folder) {
  Options options;
  options.kinds = folder;
  const auto catalog = load_kinds(options, all_steps());
  const auto faults = find_kind_faults(options, all_steps());
  REQUIRE(faults.size() == 1);
  CHECK(catalog.error() == faults.front());
  return catalog.error().detail;
}

TEST_CASE("a fault of the folder of kinds names the option, one in a file names the file") {
  const test::TemporaryFolder folder;
  CHECK_THAT(fault_of(folder.path() / "missing"),
             StartsWith("--kinds " + (folder.path() / "missing").string() + ": "));
  CHECK_THAT(fault_of(folder.path()), StartsWith("--kinds " + folder.path().string() + ": "));
  folder.write("other.json", R"({"name": "other", "version": 1})");
  CHECK(fault_of(folder.path()) ==
        "--kinds " + folder.path().string() +
            ": there is no records.json, the default kind. Add it, or name another kind with "
            "--default-kind.");
  const auto file = folder.write("records.json", R"({"name": "k", "version": 1})");
  CHECK_THAT(fault_of(folder.path()), StartsWith(file.string() + ": at /name: "));
}

}  // namespace
}  // namespace dropzone::server
