#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <dropzone/files/line_file.h>
#include <dropzone/log/audit_log.h>

#include "support/log_testing.h"
#include "support/temporary_folder.h"

namespace dropzone::log {
namespace {

using Catch::Matchers::Contains;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A log of errors, and what is in it.
struct ErrorLog {
  /// All of it: the log ends.
  std::string end() {
    log.reset();
    pipe.close_writer();
    return pipe.read_all();
  }

  test::Pipe pipe;
  test::FixedClock clock;
  std::optional<Log> log{
      std::in_place,
      Log::Settings{.level = LogLevel::error, .json = true, .descriptor = pipe.writer()}, clock};
};

/// No file larger than so many bytes can be written while this lives, as if the disk were full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

TEST_CASE("lines of several writers are appended whole") {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "lines";
  std::vector<std::thread> writers;
  for (const char name : {'a', 'b', 'c', 'd'}) {
    writers.emplace_back([&, name] {
      const auto file = files::LineFile::open(path).value();
      for (int i = 0; i < 200; ++i) (void)file->append(std::string(99, name) + "\n");
    });
  }
  for (auto& writer : writers) writer.join();
  const std::string text = text_of(path);
  REQUIRE(text.size() == 4 * 200 * 100);
  for (std::size_t i = 0; i < text.size(); i += 100) {
    REQUIRE(text.substr(i, 100) == std::string(99, text[i]) + "\n");
  }
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0137) == 0);
}

TEST_CASE("after a file was moved away its lines go on in a new one, when that is wanted") {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "lines";
  const auto file = files::LineFile::open(path).value();
  REQUIRE(file->append("first\n"));
  std::filesystem::rename(path, folder.path() / "lines.1");
  REQUIRE(file->append("second\n"));
  REQUIRE(file->reopen());
  REQUIRE(file->append("third\n"));
  CHECK(text_of(folder.path() / "lines.1") == "first\nsecond\n");
  CHECK(text_of(path) == "third\n");

  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  CHECK_FALSE(file->reopen());
  CHECK(file->append("to nobody\n"));
}

TEST_CASE("what cannot be appended to is refused") {
  const test::TemporaryFolder folder;
  REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  for (const auto* name : {"", "pipe", "no/such/folder"}) {
    CAPTURE(name);
    const auto file = files::LineFile::open(folder.path() / name);
    REQUIRE_FALSE(file);
    CHECK(file.error().code == ErrorCode::invalid_configuration);
    CHECK_THAT(file.error().detail, Contains("cannot be written"));
  }
  CHECK_FALSE(files::LineFile::open("/dev/null"));
}

TEST_CASE("a line that a full disk has cut off is followed by whole ones") {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "lines";
  const auto file = files::LineFile::open(path).value();
  {
    const FullDisk full(10);
    REQUIRE(file->append("first\n"));
    const auto cut = file->append("second\n");
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == ErrorCode::unavailable);
  }
  REQUIRE(file->append("third\n"));
  CHECK(text_of(path) == "first\nseco\nthird\n");

  folder.write("lines", "cut off by a cra");
  const auto again = files::LineFile::open(path).value();
  REQUIRE(again->append("whole\n"));
  CHECK(text_of(path) == "cut off by a cra\nwhole\n");
}

TEST_CASE("a change is a line with who, what, of what kind, how many, and what became of it") {
  const test::TemporaryFolder folder;
  ErrorLog log;
  const auto path = folder.path() / "audit";
  const auto audit = AuditLog::open({.file = path}, log.clock, *log.log).value();
  const auto request = test::some_request("POST", "/store?kind=records");
  const http::Effect effect{.kind = "records", .counts = {{"stored", 3}, {"rejected", 1}}};
  audit->answered({.request = request,
                   .route = "/store",
                   .status = 207,
                   .principal = "ann\xff",
                   .permission = Permission::write,
                   .effect = &effect});
  CHECK(text_of(path) == R"({"time":"2019-05-01T10:00:00.123456Z","operation":"POST /store",)"
                         R"("outcome":"partial","status":207,"principal":"ann?",)"
                         R"("address":"192.0.2.1","kind":"records",)"
                         R"("counts":{"stored":3,"rejected":1},"requestId":"r1"})"
                         "\n");
}

TEST_CASE("the first reading of the users and each later one are lines, too") {
  const test::TemporaryFolder folder;
  ErrorLog log;
  const auto path = folder.path() / "audit";
  const auto audit = AuditLog::open({.file = path}, log.clock, *log.log).value();
  audit->users_read(UserChanges{
      .added = {"ann", "bob"}, .changed = {}, .removed = {"eve"}, .invalidated = {"eve"}});
  audit->users_read(Error{});
  CHECK_THAT(text_of(path), Contains(R"("operation":"users read","outcome":"ok",)"
                                     R"("added":["ann","bob"],"changed":[],"removed":["eve"]})") &&
                                Contains(R"("outcome":"refused"})"));
}

/// Whether a request of this sort is in the audit log.
bool is_audited(http::RequestSummary summary, bool reads = false) {
  const test::TemporaryFolder folder;
  ErrorLog log;
  const auto path = folder.path() / "audit";
  const auto audit = AuditLog::open({.file = path, .reads = reads}, log.clock, *log.log).value();
  audit->answered(summary);
  return !text_of(path).empty();
}

TEST_CASE("changes and rejected requests are audited, and reads if they are wanted") {
  const auto request = test::some_request("GET", "/");
  const auto summary = [&](std::string_view route, Permission permission, int status,
                           std::string_view principal = "ann") {
    return http::RequestSummary{.request = request,
                                .route = route,
                                .status = status,
                                .principal = principal,
                                .permission = permission};
  };
  CHECK(is_audited(summary("/store", Permission::write, 201)));
  CHECK(is_audited(summary("/store", Permission::write, 400)));
  CHECK(is_audited(summary("/delete", Permission::remove, 503)));
  CHECK(is_audited(summary("/auth/keys", Permission::admin, 200)));
  CHECK(is_audited(summary("/auth/token", Permission::known, 200)));
  CHECK(is_audited(summary("/auth/refresh", Permission::open, 200, "")));
  CHECK(is_audited(summary("/fetchAll", Permission::read, 401, "")));
  CHECK(is_audited(summary("/fetchAll", Permission::read, 429, "")));
  CHECK(is_audited(summary("/fetchAll", Permission::read, 403)));
  CHECK(is_audited(summary("", Permission::open, 403, "")));

  CHECK_FALSE(is_audited(summary("/fetchAll", Permission::read, 429)));
  CHECK_FALSE(is_audited(summary("", Permission::open, 429, "")));
  for (const bool reads : {false, true}) {
    CHECK(is_audited(summary("/fetchAll", Permission::read, 200), reads) == reads);
    CHECK(is_audited(summary("/metrics", Permission::admin, 200), reads) == reads);
    CHECK_FALSE(is_audited(summary("/health/live", Permission::open, 200, ""), reads));
    CHECK_FALSE(is_audited(summary("", Permission::open, 404, ""), reads));
  }
}

TEST_CASE("a line that cannot be written is an error in the log, whole, and is counted") {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "audit";
  ErrorLog log;
  const auto audit = AuditLog::open({.file = path}, log.clock, *log.log).value();
  const auto request = test::some_request("POST", "/store");
  {
    const FullDisk full(20);
    audit->answered({.request = request,
                     .route = "/store",
                     .status = 201,
                     .principal = "ann",
                     .permission = Permission::write});
  }
  CHECK(audit->faults() == 1);
  CHECK(text_of(path).size() == 20);
  CHECK_THAT(log.end(), Contains(R"("severity":"ERROR")") && Contains("File too large") &&
                            Contains(R"("audit":{"time":"2019-05-01T10:00:00.123456Z",)"
                                     R"("operation":"POST /store","outcome":"ok",)") &&
                            Contains(R"("requestId":"r1"}})"));
}

TEST_CASE("on standard error its lines are among those of the log, whatever the level") {
  ErrorLog log;
  const auto audit = AuditLog::open({.file = "stderr"}, log.clock, *log.log).value();
  audit->record("user add", "ok", ",\"targets\":[\"ann\"]");
  CHECK(audit->reopen());
  CHECK(log.end() ==
        R"({"time":"2019-05-01T10:00:00.123456Z","operation":"user add","outcome":"ok",)"
        R"("targets":["ann"]})"
        "\n");
}

}  // namespace
}  // namespace dropzone::log
