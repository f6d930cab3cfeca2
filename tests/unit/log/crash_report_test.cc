// A crash is provoked in a process of its own, which says of it what it can.
#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

#include <dropzone/http/server/signal_stack.h>
#include <dropzone/log/crash_report.h>

#include "support/log_testing.h"

namespace dropzone::log {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Matches;

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGABRT};

struct Crash {
  std::string text;
  int status = 0;
};

/// What a process writes that crashes while a request is under way.
Crash crash(bool json, const std::function<void()>& provoke) {
  test::Pipe pipe;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
    // Not as the test runner would have it.
    for (const int signal : kSignals) ::signal(signal, SIG_DFL);
    std::set_terminate(std::abort);
    const http::SignalStack stack;
    http::RequestsUnderWay table;
    const CrashReport report(table, {.json = json, .descriptor = pipe.writer()});
    auto entry = table.enter({"id-1", "POST", "/transform", "192.0.2.1"});
    entry.set_principal("a\"n\n");
    provoke();
    std::_Exit(0);
  }
  pipe.close_writer();
  Crash seen{.text = pipe.read_all()};
  REQUIRE(::waitpid(child, &seen.status, 0) == child);
  return seen;
}

void call_where_nothing_may_throw(const std::function<void()>& function) noexcept { function(); }

TEST_CASE("each crash names the request that was under way, and stays a crash") {
  for (const int signal : kSignals) {
    const Crash seen = crash(false, [signal] { ::raise(signal); });
    CHECK_THAT(seen.text, Contains(", requests under way: 1\n"));
    CHECK_THAT(seen.text, Contains(" in the thread that crashed: POST /transform 192.0.2.1 a?n? "
                                   "id-1\n"));
    CHECK(WIFSIGNALED(seen.status));
    CHECK(WTERMSIG(seen.status) == signal);
  }
}

TEST_CASE("a crash is lines of JSON if the log is") {
  const Crash seen = crash(true, [] { std::abort(); });
  CHECK_THAT(seen.text,
             Matches("\\{\"severity\":\"CRITICAL\",\"message\":\"the server crashes by SIGABRT, "
                     "requests under way: 1\"\\}\n"
                     "\\{\"severity\":\"CRITICAL\",\"message\":\"crash by SIGABRT: under way for "
                     "[0-9]+ ms in the thread that crashed: POST /transform \",\"requestId\":\"id-1"
                     "\",\"address\":\"192.0.2.1\",\"principal\":\"a\\?n\\?\",\"ageMs\":[0-9]+,"
                     "\"here\":true\\}\n"));
}

TEST_CASE("an exception that nobody catches names the request, too") {
  const Crash seen = crash(false, [] {
    call_where_nothing_may_throw([] { throw std::runtime_error("nobody catches it"); });
  });
  CHECK_THAT(seen.text, Contains("crash by SIGABRT") && Contains("id-1"));
  CHECK(WTERMSIG(seen.status) == SIGABRT);
}

TEST_CASE("a stack that overflows names the request, too") {
  const std::function<int(int)> deeper = [&](int depth) {
    volatile char some[1'024] = {};
    some[depth % 1'024] = 1;
    return deeper(depth + 1) + some[0];
  };
  const Crash seen = crash(false, [&] {
    const rlimit small{1 << 20, 1 << 20};
    ::setrlimit(RLIMIT_STACK, &small);
    deeper(0);
  });
  CHECK_THAT(seen.text, Contains("crash by SIGSEGV") && Contains("id-1"));
  CHECK(WTERMSIG(seen.status) == SIGSEGV);
}

}  // namespace
}  // namespace dropzone::log
