// Requests that run on the I/O thread if they need not wait. The test's own thread is the I/O
// thread; the store's connections are held by queries.
#include <future>
#include <latch>
#include <list>
#include <thread>

#include <dropzone/sqlite/sqlite_record_repository.h>

#include "api_fixture.h"
#include "support/temporary_directory.h"

namespace dropzone::http {
namespace {

constexpr std::size_t kLongReads = 3;

std::unique_ptr<RecordRepository> sqlite_store(const std::filesystem::path& path) {
  sqlite::SqliteOptions options{.path = path, .kinds = {}};
  options.read_connections = kLongReads;
  auto store = sqlite::SqliteRecordRepository::open(options);
  REQUIRE(store);
  return *std::move(store);
}

/// Reads that go on until they are let go.
class Readers {
 public:
  explicit Readers(RecordRepository& repository) : repository_(repository) {}
  ~Readers() { let_go(); }

  void query(std::size_t count) {
    hold(count, [this](const RecordSink& sink) {
      const Query all{.kind = "records", .filter = {}, .order = {}, .after = {}, .limit = 1};
      return repository_.query(all, {}, sink, kNoDeadline).has_value();
    });
  }
  void find(std::size_t count) {
    hold(count, [this](const RecordSink& sink) {
      const std::vector<std::string> ids{"a"};
      return repository_.find("records", ids, {}, sink, kNoDeadline).has_value();
    });
  }
  void let_go() {
    if (!released_.try_wait()) released_.count_down();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  template <typename Read>
  void hold(std::size_t count, Read read) {
    std::latch all_read(static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
      threads_.emplace_back([&, read] {
        read([&](const RecordView&) {
          all_read.count_down();
          released_.wait();
        });
      });
    }
    all_read.wait();
  }

  RecordRepository& repository_;
  std::latch released_{1};
  std::vector<std::thread> threads_;
};

class Server {
 public:
  Server() { REQUIRE(ask("POST", "/store?kind=records", R"({"_id":"a"})").get().status == 201); }

  /// What the I/O thread does with a request: it returns before the answer is there if that has
  /// to wait.
  std::future<Response> ask(std::string_view method, std::string_view target,
                            std::string body = {}) {
    auto request = make_request(method, target, std::move(body));
    REQUIRE(request);
    request->headers.set("Authorization", "Test ada");
    request->headers.set("Content-Type", "application/json");
    // Should it wait here after all, the test fails by the answer.
    request->deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    auto promise = std::make_shared<std::promise<Response>>();
    auto answer = promise->get_future();
    fixture_.api().handle(*std::move(request), Responder([promise](Response response) {
      promise->set_value(std::move(response));
    }));
    return answer;
  }
  void fill(int records) {
    std::string lines;
    for (int i = 0; i < records; ++i) lines += R"({"n":)" + std::to_string(i) + "},";
    lines.back() = ']';
    REQUIRE(ask("POST", "/store?kind=records", '[' + lines).get().status == 201);
  }
  RecordRepository& repository() { return fixture_.zone().repository(); }

 private:
  test::TemporaryDirectory directory_;
  ApiFixture fixture_{ApiOptions{.local_store = true},
                      sqlite_store(directory_.path() / "store.db")};
};

bool is_there(const std::future<Response>& answer) {
  return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

TEST_CASE("short reads and probes are answered at once while long reads have their connections") {
  Server server;
  Readers readers(server.repository());
  readers.query(kLongReads);
  for (const char* target : {"/health/live", "/health/ready", "/records/a", "/fetchMany?_id=a",
                             "/fetchKeys?limit=1", "/fetchAll?limit=1"}) {
    CAPTURE(target);
    auto answer = server.ask("GET", target);
    REQUIRE(is_there(answer));
    CHECK(answer.get().status == 200);
  }
}

TEST_CASE("the I/O thread does not wait for a connection, and the request is answered later") {
  Server server;
  Readers readers(server.repository());
  readers.query(kLongReads);
  readers.find(2);
  auto record = server.ask("GET", "/records/a");
  CHECK_FALSE(is_there(record));
  auto live = server.ask("GET", "/health/live");
  REQUIRE(is_there(live));
  CHECK(live.get().status == 200);
  readers.let_go();
  const Response answer = record.get();
  CHECK(answer.status == 200);
  CHECK(at(body_of(answer), "_id") == Value("a"));
}

TEST_CASE("a filter is answered at once if its page is soon found") {
  Server server;
  for (const char* filter : {R"({"kind":"records","field":"_id","operator":"=","value":"a"})",
                             R"({"kind":"records","field":"n","operator":">","value":0})"}) {
    CAPTURE(filter);
    auto answer = server.ask("POST", "/filter", filter);
    REQUIRE(is_there(answer));
    CHECK(answer.get().status == 200);
  }
}

TEST_CASE("a filter that has to search leaves the I/O thread, with its warnings and aggregates") {
  Server server;
  server.fill(1'000);
  for (const char* filter : {R"({"kind":"records","field":"n","operator":">","value":998})",
                             R"({"kind":"records","field":"missing","operator":"=","value":1})",
                             R"({"kind":"records","aggregate":{"count":true}})"}) {
    CAPTURE(filter);
    Readers readers(server.repository());
    readers.query(kLongReads);
    auto late = server.ask("POST", "/filter", filter);
    CHECK_FALSE(is_there(late));
    readers.let_go();
    const Response answer = late.get();
    CHECK(answer.status == 200);
    CHECK((answer.body.find(R"("n":999)") != std::string::npos) ==
          (std::string_view(filter).find("998") != std::string_view::npos));
    CHECK((answer.body.find("absent_field") != std::string::npos) ==
          (std::string_view(filter).find("missing") != std::string_view::npos));
  }
}

TEST_CASE("a probe that finds no connection hears so soon, and of what it is") {
  Server server;
  Readers readers(server.repository());
  readers.query(kLongReads);
  readers.find(2);
  auto ready = server.ask("GET", "/health/ready");
  CHECK_FALSE(is_there(ready));
  CHECK(ready.get().status == 503);
  readers.let_go();
  CHECK(server.ask("GET", "/health/ready").get().status == 200);
}

}  // namespace
}  // namespace dropzone::http
