#include <dropzone/expects.h>
#include <dropzone/result.h>
#include <dropzone/version.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include <catch2/catch.hpp>

namespace dropzone {
namespace {

/// How a child process that runs this ends: its status, and what it wrote to standard error.
struct Ending {
  bool aborted = false;
  std::string text;
};

template <typename Function>
Ending run_in_child(Function function) {
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);  // Catch2 would report it as its own failure.
    ::dup2(pipe[1], STDERR_FILENO);
    function();
    ::_exit(0);
  }
  ::close(pipe[1]);
  Ending ending;
  char part[256];
  for (ssize_t count = 0; (count = ::read(pipe[0], part, sizeof part)) > 0;) {
    ending.text.append(part, static_cast<std::size_t>(count));
  }
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  ending.aborted = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
  return ending;
}

#ifdef DROPZONE_CHECK_CONTRACTS
TEST_CASE("a broken precondition ends the process with its file and its condition") {
  const Ending ending = run_in_child([] { DROPZONE_EXPECTS(1 + 1 == 3); });
  CHECK(ending.aborted);
  CHECK_THAT(ending.text, Catch::Contains("contracts_test.cc:"));
  CHECK_THAT(ending.text, Catch::Contains("precondition broken: 1 + 1 == 3"));
}

TEST_CASE("the value of an error, and the error of a value, break a contract") {
  const Result<int> failed = Error{ErrorCode::internal, "No."};
  CHECK(run_in_child([&] { static_cast<void>(failed.value()); }).aborted);
  const Result<int> good = 1;
  CHECK(run_in_child([&] { static_cast<void>(good.error()); }).aborted);
  const Result<void> done;
  CHECK(run_in_child([&] { static_cast<void>(done.error()); }).aborted);
}
#endif

TEST_CASE("a precondition that holds does nothing") {
  CHECK_FALSE(run_in_child([] { DROPZONE_EXPECTS(true); }).aborted);
}

Result<int> half_of(int number) {
  if (number % 2 != 0) return Error{ErrorCode::invalid_request, "It is odd."};
  return number / 2;
}

Result<int> quarter_of(int number) {
  DROPZONE_TRY(const int half, half_of(number));
  DROPZONE_CHECK(half_of(half));
  return half / 2;
}

TEST_CASE("the first failure ends a function that tries") {
  CHECK(quarter_of(8).value() == 2);
  CHECK(quarter_of(6).error().detail == "It is odd.");
  CHECK(quarter_of(5).error().code == ErrorCode::invalid_request);
}

TEST_CASE("a result goes on to the next function, and an error past it") {
  CHECK(half_of(8).and_then(half_of).value() == 2);
  CHECK(half_of(6).and_then(half_of).error().detail == "It is odd.");
  int calls = 0;
  const auto count = [&]() -> Result<void> { return ++calls, Result<void>(); };
  CHECK(Result<void>().and_then(count));
  CHECK_FALSE(Result<void>(Error{ErrorCode::internal, "No."}).and_then(count));
  CHECK(calls == 1);
}

TEST_CASE("the version is the sum of its parts") {
  CHECK(std::string(DROPZONE_VERSION) == std::to_string(DROPZONE_VERSION_MAJOR) + "." +
                                             std::to_string(DROPZONE_VERSION_MINOR) + "." +
                                             std::to_string(DROPZONE_VERSION_PATCH));
}

}  // namespace
}  // namespace dropzone
