#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <dropzone/http/message/trace_context.h>
#include <dropzone/log/access_log.h>
#include <dropzone/log/log.h>

#include "support/log_testing.h"

namespace dropzone::log {
namespace {

using Catch::Matchers::Contains;

/// What a log writes while the function has it.
template <typename Use>
std::string logged(Log::Settings settings, Use use) {
  test::Pipe pipe;
  test::FixedClock clock;
  settings.descriptor = pipe.writer();
  {
    Log log(settings, clock);
    use(log);
  }
  pipe.close_writer();
  return pipe.read_all();
}

constexpr Log::Settings kText{};
constexpr Log::Settings kJson{.level = LogLevel::info, .json = true};

TEST_CASE("a line of text has time, severity and message, and stays one line") {
  CHECK(logged(kText, [](Log& log) { log.warning("two\nlines"); }) ==
        "2019-05-01T10:00:00.123Z WARNING two lines\n");
}

TEST_CASE("a line of JSON is one object, whatever bytes the message has") {
  CHECK(logged(kJson, [](Log& log) { log.info("\"a\"\n\xff"); }) ==
        R"({"severity":"INFO","time":"2019-05-01T10:00:00.123456Z","message":"\"a\"\n?"})"
        "\n");
}

TEST_CASE("lines below the level are not written") {
  const Log::Settings settings{.level = LogLevel::warning};
  CHECK(logged(settings, [](Log& log) {
          log.info("a");
          log.error("b");
          CHECK_FALSE(log.writes(LogLevel::info));
        }) == "2019-05-01T10:00:00.123Z ERROR b\n");
}

TEST_CASE("lines of several threads arrive whole and in each thread's order") {
  const std::string text = logged(kText, [](Log& log) {
    std::vector<std::thread> threads;
    for (const char name : {'a', 'b', 'c'}) {
      threads.emplace_back([&log, name] {
        for (int i = 0; i < 100; ++i) log.info(name + std::to_string(i));
      });
    }
    for (auto& thread : threads) thread.join();
  });
  for (const char name : {'a', 'b', 'c'}) {
    std::size_t place = 0;
    for (int i = 0; i < 100; ++i) {
      place = text.find(std::string("INFO ") + name + std::to_string(i) + "\n", place);
      REQUIRE(place != text.npos);
    }
  }
}

TEST_CASE("after a flush all lines so far are written") {
  test::Pipe pipe;
  test::FixedClock clock;
  Log log({.descriptor = pipe.writer()}, clock);
  for (int i = 0; i < 20; ++i) {
    log.info("x");
    log.flush();
    int waiting = 0;
    REQUIRE(::ioctl(pipe.reader(), FIONREAD, &waiting) == 0);
    CHECK(waiting == (i + 1) * 32);
  }
}

TEST_CASE("a reader that stalls stops nobody, and reads later how much it missed", "[figures]") {
  test::Pipe pipe;
  test::FixedClock clock;
  std::optional<Log> log;
  log.emplace(Log::Settings{.descriptor = pipe.writer()}, clock);
  const auto start = std::chrono::steady_clock::now();
  const std::string long_message(100'000, 'x');
  for (int i = 0; i < 200; ++i) log->info(long_message);
  CHECK(log->lost() > 50);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
  std::string text;
  std::thread reader([&] { text = pipe.read_all(); });
  log.reset();
  pipe.close_writer();
  reader.join();
  CHECK_THAT(text, Contains("log lines were dropped"));
  CHECK(text.size() > 8'000'000);
  CHECK(text.size() < 17'000'000);
}

TEST_CASE("lines that nobody takes any more are counted") {
  ::signal(SIGPIPE, SIG_IGN);
  test::FixedClock clock;
  test::Pipe pipe;
  Log log({.descriptor = pipe.writer()}, clock);
  log.info("read");
  log.flush();
  CHECK(log.lost() == 0);
  pipe.close_reader();
  for (int i = 0; i < 3; ++i) log.info("unread");
  log.flush();
  CHECK(log.lost() == 3);
}

std::string access_logged(Log::Settings settings, AccessLog::Settings access,
                          const std::vector<http::RequestSummary>& summaries) {
  return logged(settings, [&](Log& log) {
    AccessLog access_log(log, access);
    for (const auto& summary : summaries) access_log.answered(summary);
  });
}

TEST_CASE("a request is logged as a line that a person can read") {
  const auto request = test::some_request("POST", "/store?kind=a%20b");
  CHECK(access_logged(kText, {},
                      {{.request = request,
                        .route = "/store",
                        .query_known = true,
                        .status = 201,
                        .response_bytes = 7,
                        .latency = std::chrono::microseconds(1'234),
                        .principal = "ann"}}) ==
        "2019-05-01T10:00:00.123Z INFO POST /store?kind=a%20b 201 1.234ms 192.0.2.1 ann r1\n");
}

TEST_CASE("of parameters that no route knows the names alone are logged") {
  const auto logged_target = [](std::string_view target) {
    const auto request = test::some_request("GET", target);
    const auto line = access_logged(
        kJson, {}, {{.request = request, .route = {}, .status = 404, .principal = {}}});
    CHECK_THAT(line, !Contains("secret"));
    const auto begin = line.find("\"requestUrl\":\"") + 14;
    return line.substr(begin, line.find('"', begin) - begin);
  };
  CHECK(logged_target("/a") == "/a");
  CHECK(logged_target("/a?") == "/a?…");
  CHECK(logged_target("/a?token=secret") == "/a?token=…");
  CHECK(logged_target("/a?b&token=secret?&=secret&c=") == "/a?…&token=…&=…&c=…");
  CHECK(logged_target("/a?secret") == "/a?…");
}

TEST_CASE("a request is logged with the members that Cloud Logging reads") {
  auto request = test::some_request("GET", "/kinds");
  request.headers.add("User-Agent", "curl/8");
  request.headers.add("Authorization", "Basic c2VjcmV0");
  request.headers.add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  CHECK(access_logged(kJson, {.project = "p1"},
                      {{.request = request,
                        .route = "/kinds",
                        .query_known = true,
                        .status = 503,
                        .response_bytes = 7,
                        .latency = std::chrono::microseconds(2'000'050),
                        .principal = {}}}) ==
        R"({"severity":"ERROR","time":"2019-05-01T10:00:00.123456Z",)"
        R"("message":"GET /kinds 503 2000.050ms","requestId":"r1","httpRequest":{)"
        R"("requestMethod":"GET","requestUrl":"/kinds","status":503,"latency":"2.000050s",)"
        R"("responseSize":"7","remoteIp":"192.0.2.1","userAgent":"curl/8","protocol":"HTTP/1.1"},)"
        R"("logging.googleapis.com/trace":"projects/p1/traces/0af7651916cd43dd8448eb211c80319c",)"
        R"("logging.googleapis.com/spanId":"b7ad6b7169203331",)"
        R"("logging.googleapis.com/trace_sampled":true,"route":"/kinds"})"
        "\n");
}

/// How many lines 20 answers of this status make.
std::ptrdiff_t lines_of_20(AccessLog::Settings access, std::string_view route, int status) {
  const auto request = test::some_request("GET", "/x");
  const http::RequestSummary summary{
      .request = request, .route = route, .status = status, .principal = {}};
  const auto text = access_logged(kText, access, std::vector<http::RequestSummary>(20, summary));
  return std::count(text.begin(), text.end(), '\n');
}

TEST_CASE("requests that went well may be sampled, those that did not are all logged") {
  CHECK(lines_of_20({.every = 1}, "/x", 200) == 20);
  CHECK(lines_of_20({.every = 10}, "/x", 200) == 2);
  CHECK(lines_of_20({.every = 0}, "/x", 304) == 0);
  CHECK(lines_of_20({.every = 0}, "/x", 404) == 20);
  CHECK(lines_of_20({.every = 0}, "/x", 500) == 20);
}

TEST_CASE("health checks are logged only if they fail") {
  CHECK(lines_of_20({}, "/health/live", 200) == 0);
  CHECK(lines_of_20({}, "/health/ready", 503) == 20);
}

std::optional<http::TraceContext> trace_of(std::string_view name, std::string_view value) {
  http::Headers headers;
  headers.add(name, value);
  return http::trace_context_of(headers);
}

TEST_CASE("both headers of traces are understood") {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const auto w3c = trace_of("Traceparent", "00-" + trace + "-b7ad6b7169203331-00").value();
  CHECK(w3c.trace_id == trace);
  CHECK(w3c.span_id == "b7ad6b7169203331");
  CHECK_FALSE(w3c.sampled);
  const auto cloud = trace_of("X-Cloud-Trace-Context", trace + "/255;o=1").value();
  CHECK(cloud.trace_id == trace);
  CHECK(cloud.span_id == "00000000000000ff");
  CHECK(cloud.sampled);
  CHECK(trace_of("X-Cloud-Trace-Context", trace).value().span_id.empty());
}

TEST_CASE("a trace is passed on as traceparent, whichever header it came in") {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const auto passed_on = [&](std::string_view name, const std::string& value) {
    return http::to_traceparent(trace_of(name, value).value());
  };
  const std::string w3c = "00-" + trace + "-b7ad6b7169203331-01";
  CHECK(passed_on("traceparent", w3c) == w3c);
  CHECK(passed_on("traceparent", "cc-" + trace + "-b7ad6b7169203331-fe-later") ==
        "00-" + trace + "-b7ad6b7169203331-00");
  CHECK(passed_on("X-Cloud-Trace-Context", trace + "/255;o=1") ==
        "00-" + trace + "-00000000000000ff-01");
  CHECK(passed_on("X-Cloud-Trace-Context", trace) == "00-" + trace + "-0af7651916cd43dd-00");
  const std::string late = std::string(31, '0') + "1";
  CHECK(passed_on("X-Cloud-Trace-Context", late) == "00-" + late + "-0000000000000001-00");
}

TEST_CASE("headers of traces that are not well formed are passed over") {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  for (const std::string& value :
       {std::string(), std::string("00"), "00-" + trace + "-b7ad6b7169203331",
        "00-" + std::string(32, '0') + "-b7ad6b7169203331-01",
        "00-" + trace + "-0000000000000000-01", "00-" + trace + "-B7AD6B7169203331-01",
        "00-" + trace + "-b7ad6b7169203331-0x"}) {
    CAPTURE(value);
    CHECK_FALSE(trace_of("traceparent", value));
  }
  for (const auto value : {"", "/1", "xyz/1;o=1"}) {
    CHECK_FALSE(trace_of("X-Cloud-Trace-Context", value));
  }
}

constexpr std::string_view kWhy = "ERROR GET /kinds 503 0.000ms 192.0.2.1 r1 unavailable: Later. ";

TEST_CASE("a failure is logged with its code, detail and cause") {
  const auto request = test::some_request("GET", "/kinds");
  const Error error{.code = ErrorCode::unavailable, .detail = "Later.", .cause = "errno 5"};
  const http::RequestSummary summary{
      .request = request, .route = "/kinds", .query_known = true, .status = 503, .error = &error};
  CHECK_THAT(access_logged(kText, {}, {summary}), Contains(std::string(kWhy) + "(errno 5)\n"));
  CHECK_THAT(
      access_logged(kJson, {}, {summary}),
      Contains(R"("route":"/kinds","code":"unavailable","detail":"Later.","cause":"errno 5")"));
}

TEST_CASE("a failure outside of the routes is logged as well") {
  const Error error{.code = ErrorCode::internal, .detail = "It failed.", .cause = "errno 5"};
  const http::Failure failure{
      .request_id = "r1", .operation = "GET /export", .status = 0, .error = error};
  const auto log_it = [&](Log& log) { AccessLog(log, {}).failed(failure); };
  CHECK_THAT(logged(kText, log_it),
             Contains("ERROR GET /export cut off r1 internal: It failed. (errno 5)\n"));
  CHECK_THAT(logged(kJson, log_it),
             Contains(R"("message":"GET /export cut off","requestId":"r1","status":0,)"
                      R"("code":"internal","detail":"It failed.","cause":"errno 5")"));
}

TEST_CASE("an outage does not flood the log, and the next line says what was left out") {
  const auto request = test::some_request("GET", "/kinds");
  const Error error{.code = ErrorCode::unavailable, .detail = "Later."};
  const http::RequestSummary summary{
      .request = request, .route = "/kinds", .status = 503, .error = &error};
  const auto begin = std::chrono::steady_clock::now();
  const std::string text = logged(kText, [&](Log& log) {
    AccessLog access_log(log, {});
    for (int i = 0; i < 10'000; ++i) access_log.answered(summary);
  });
  const auto taken =
      std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begin);
  const auto lines = std::ranges::count(text, '\n');
  CHECK(lines >= static_cast<std::ptrdiff_t>(AccessLog::kFailuresInASecond));
  CHECK(lines <= static_cast<std::ptrdiff_t>(AccessLog::kFailuresInASecond) * (taken.count() + 1));
}

TEST_CASE("no secret that was sent to the wrong place is logged") {
  auto request = test::some_request("GET", "/dzk_secret1/x?cursor=dzr_secret2&limit=%64zk_secret3");
  request.headers.set("User-Agent", "eyJhbGci.secret4.x");
  request.method_text = "dzk_secret5";
  const Error error{.code = ErrorCode::internal, .detail = "dzk_secret6", .cause = "dzk_secret7"};
  const http::RequestSummary summary{.request = request,
                                     .route = "/kinds",
                                     .query_known = true,
                                     .status = 500,
                                     .principal = "dzk_secret8",
                                     .error = &error};
  for (const auto& settings : {kText, kJson}) {
    const std::string text = access_logged(settings, {}, {summary});
    CHECK_THAT(text, !Contains("secret"));
    CHECK_THAT(text, Contains("/dzk_***/x?cursor=dzr_***&limit=%64zk_***"));
  }
}

}  // namespace
}  // namespace dropzone::log
