#include "db/partial_file.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "support/temporary_directory.h"

namespace dropzone::sqlite {
namespace {

namespace fs = std::filesystem;

void write_text(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::string text_in(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST_CASE("a partial file gets its name by each way that file systems have, and replaces nothing") {
  test::TemporaryDirectory directory;
  const fs::path target = directory.path() / "file";
  const std::size_t way = GENERATE(0U, 1U, 2U);
  REQUIRE(ways_to_take_a_name().size() == 3);
  const TakeName only = ways_to_take_a_name()[way];
  {
    PartialFile part(target);
    REQUIRE(part.make());
    write_text(part.path(), "whole");
    REQUIRE(part.finish(std::span(&only, 1)));
  }
  CHECK(text_in(target) == "whole");
  CHECK(fs::hard_link_count(target) == 1);
  CHECK_FALSE(fs::exists(target.string() + ".part"));
  {
    PartialFile second(target);
    REQUIRE(second.make());
    const auto finished = second.finish(std::span(&only, 1));
    REQUIRE_FALSE(finished);
    CHECK(finished.error().detail.find("File exists") != std::string::npos);
  }
  CHECK(text_in(target) == "whole");
  CHECK_FALSE(fs::exists(target.string() + ".part"));
}

TEST_CASE("a file system that lacks a way is asked for the next one") {
  test::TemporaryDirectory directory;
  const fs::path target = directory.path() / "file";
  const TakeName lacking = [](const char*, const char*) { return EPERM; };
  const std::vector<TakeName> ways{lacking, ways_to_take_a_name().back()};
  PartialFile part(target);
  REQUIRE(part.make());
  REQUIRE(part.finish(ways));
  CHECK(fs::exists(target));
}

TEST_CASE("what a killed process left is overwritten, and nothing is left of one that fails") {
  test::TemporaryDirectory directory;
  const fs::path target = directory.path() / "file";
  const pid_t child = fork();
  if (child == 0) {
    PartialFile part(target);
    const bool made = part.make().has_value();
    write_text(part.path(), "half");
    write_text(part.path().string() + "-journal", "half");
    _exit(made ? 0 : 1);  // Without its destructor, as a kill.
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WEXITSTATUS(status) == 0);
  REQUIRE(fs::exists(target.string() + ".part"));
  {
    PartialFile part(target);
    REQUIRE(part.make());
    CHECK(fs::file_size(part.path()) == 0);
    CHECK_FALSE(fs::exists(part.path().string() + "-journal"));
  }
  CHECK(fs::is_empty(directory.path()));
}

TEST_CASE("two processes do not write the same partial file") {
  test::TemporaryDirectory directory;
  PartialFile part(directory.path() / "file");
  REQUIRE(part.make());
  write_text(part.path(), "mine");
  {
    PartialFile second(directory.path() / "file");
    const auto made = second.make();
    REQUIRE_FALSE(made);
    CHECK(made.error().detail.find("another process is writing it") != std::string::npos);
  }
  CHECK(text_in(part.path()) == "mine");
}

}  // namespace
}  // namespace dropzone::sqlite
