// Whatever fails behind the API is a 5xx whose cause the observer hears and the client does not.
#include <functional>
#include <mutex>
#include <new>
#include <stdexcept>

#include "api_fixture.h"

namespace dropzone::http {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

/// A store in which every call has the configured result: an error, or an exception.
class FailingRepository final : public RecordRepository {
 public:
  std::function<Error()> fail;

  Result<std::vector<WriteOutcome>> write(std::vector<Write>, Atomicity,
                                          const CallOptions&) override {
    return fail();
  }
  Result<std::vector<WriteOutcome>> write_with_receipts(std::vector<Write>, Atomicity,
                                                        const Receipts&,
                                                        const CallOptions&) override {
    return fail();
  }
  void write_async(std::vector<Write>, Atomicity, const CallOptions&,
                   WriteCompletion done) override {
    done(fail());
  }
  Result<void> find(const std::string&, std::span<const std::string>, Projection, const RecordSink&,
                    const CallOptions&) override {
    return fail();
  }
  Result<std::optional<Position>> query(const Query&, Projection, const RecordSink&,
                                        const CallOptions&) override {
    return fail();
  }
  Result<Aggregates> aggregate(const AggregateQuery&, const CallOptions&) override {
    return fail();
  }
  Result<std::vector<EraseStatus>> erase(const std::string&, std::span<const Erase>,
                                         const CallOptions&) override {
    return fail();
  }
  Result<std::vector<std::string>> kinds(const CallOptions&) override { return fail(); }
  Result<void> check(const CallOptions&) override { return fail(); }
  [[nodiscard]] bool durable() const noexcept override { return true; }
};

/// Recognises nobody at once; asked on a worker, it throws if the request wants it to.
class ThrowingAuthenticator final : public Authenticator {
 public:
  std::optional<Result<Principal>> recognise(const Request& request) override {
    if (request.headers.find("X-Throw") == "at once") throw std::logic_error("a bug at once");
    return std::nullopt;
  }
  Result<Principal> authenticate(const Request& request) override {
    if (request.headers.contains("X-Throw")) throw std::logic_error("a bug on a worker");
    return Principal{"ada", Grants::all()};
  }
  [[nodiscard]] std::uint64_t revocations() const noexcept override { return 0; }
};

struct Heard {
  std::string route;
  int status = 0;
  std::optional<Error> error;
};

class Listener final : public RequestObserver {
 public:
  void answered(const RequestSummary& summary) override {
    heard = {std::string(summary.route), summary.status,
             summary.error ? std::optional(*summary.error) : std::nullopt};
  }
  Heard heard;
};

class Service {
 public:
  explicit Service(bool local) {
    ApiOptions options;
    options.local_store = local;
    api_.emplace(Api::Services{.zone = zone_,
                               .cursors = cursors_,
                               .authenticator = authenticator_,
                               .workers = workers_,
                               .steps = steps_,
                               .observer = &listener_,
                               .under_way = &under_way_},
                 options);
  }

  Response call(std::string_view method, std::string_view target, std::string body = {},
                const std::string& throws = {}) {
    auto request = make_request(method, target, std::move(body));
    REQUIRE(request);
    const bool patch = request->method == Method::patch;
    request->headers.set("Content-Type",
                         patch ? "application/merge-patch+json" : "application/json");
    if (!throws.empty()) request->headers.set("X-Throw", throws);
    std::promise<Response> promise;
    api_->handle(*std::move(request),
                 Responder([&](Response response) { promise.set_value(std::move(response)); }));
    return promise.get_future().get();
  }

  FailingRepository& repository() { return repository_; }
  [[nodiscard]] const Heard& heard() const { return listener_.heard; }
  RequestsUnderWay& under_way() { return under_way_; }

 private:
  FailingRepository repository_;
  SystemClock clock_;
  RandomIdSource ids_;
  crypto::OpensslDigest digest_;
  DropZone zone_{{.repository = repository_, .clock = clock_, .ids = ids_, .digest = &digest_},
                 shipped_kinds()};
  crypto::CursorSealer cursors_{"a key of thirty-two bytes, so so"};
  ThrowingAuthenticator authenticator_;
  StepRegistry steps_ = StepRegistry::with_core_steps();
  Listener listener_;
  RequestsUnderWay under_way_;
  WorkerPool workers_{2, 16};
  std::optional<Api> api_;
};

struct Operation {
  std::string_view method;
  std::string_view target;
  std::string_view route;
  std::string body = {};
};

std::vector<Operation> operations() {
  return {{"POST", "/store", "/store", R"({"_id":"a"})"},
          {"PUT", "/records/a", "/records/{id}", "{}"},
          {"PATCH", "/records/a", "/records/{id}", "{}"},
          {"GET", "/records/a", "/records/{id}"},
          {"GET", "/fetchMany?_id=a,b", "/fetchMany"},
          {"GET", "/fetchAll", "/fetchAll"},
          {"GET", "/export", "/export"},
          {"POST", "/filter", "/filter", "{}"},
          {"DELETE", "/delete?_id=a", "/delete"},
          {"GET", "/health/ready", "/health/ready"}};
}

struct Way {
  std::string_view cause;
  std::function<Error()> fail;
};

TEST_CASE("what a store throws is a 500 whose cause is reported to the observer alone") {
  const std::vector<Way> ways = {
      {"std::runtime_error: /var/lib/secret.db broke",
       []() -> Error { throw std::runtime_error("/var/lib/secret.db broke"); }},
      {"std::bad_alloc", []() -> Error { throw std::bad_alloc(); }},
      {"an exception of type int", []() -> Error { throw 42; }}};
  for (const bool local : {true, false}) {
    Service service(local);
    for (const Way& way : ways) {
      service.repository().fail = way.fail;
      for (const Operation& operation : operations()) {
        INFO(operation.method << " " << operation.target << (local ? ", local" : ""));
        const auto answer = service.call(operation.method, operation.target, operation.body);
        CHECK(answer.status == 500);
        CHECK_THAT(answer.body, Contains("\"code\":\"internal\"") && !Contains("secret.db"));
        CHECK(service.heard().route == operation.route);
        CHECK(service.heard().status == 500);
        REQUIRE(service.heard().error);
        CHECK_THAT(service.heard().error->cause, StartsWith(std::string(way.cause)));
      }
    }
  }
}

TEST_CASE("a store's error reaches the observer with its cause, and the client without") {
  Service service(true);
  for (const auto& [code, status] :
       std::vector<std::pair<ErrorCode, int>>{{ErrorCode::store_full, 507},
                                              {ErrorCode::unavailable, 503},
                                              {ErrorCode::store_corrupt, 500},
                                              {ErrorCode::deadline_exceeded, 503}}) {
    service.repository().fail = [code = code] {
      return Error{.code = code, .detail = "Not now.", .cause = "errno 5: /var/lib/secret.db"};
    };
    for (const Operation& operation : operations()) {
      INFO(operation.method << " " << operation.target << " " << error_name(code));
      const auto answer = service.call(operation.method, operation.target, operation.body);
      CHECK(answer.status == (operation.route == "/health/ready" ? 503 : status));
      CHECK(answer.headers.contains("Retry-After") == (answer.status == 503));
      CHECK_THAT(answer.body, !Contains("secret.db"));
      REQUIRE(service.heard().error);
      CHECK(service.heard().error->cause == "errno 5: /var/lib/secret.db");
    }
  }
}

TEST_CASE("what an authenticator throws is a 500 with its cause, wherever it is asked") {
  Service service(true);
  for (const std::string where : {"at once", "on a worker"}) {
    const auto answer = service.call("GET", "/fetchAll", {}, where);
    CHECK(answer.status == 500);
    REQUIRE(service.heard().error);
    CHECK(service.heard().error->cause == "std::logic_error: a bug " + where);
  }
}

TEST_CASE("a request is listed with its principal as long as it is in progress") {
  Service service(true);
  std::vector<std::string> seen;
  service.repository().fail = [&]() -> Error {
    service.under_way().for_each([&](const RequestsUnderWay::Seen& each) {
      seen.push_back(std::string(each.id) + " " + std::string(each.method) + " " +
                     std::string(each.route) + " " + std::string(each.address) + " " +
                     std::string(each.principal));
      CHECK(each.thread == RequestsUnderWay::this_thread());
    });
    return {ErrorCode::unavailable, "Not now."};
  };
  for (const Operation& operation : operations()) {
    // A worker has answered before it lets go of the request.
    for (bool empty = false; !empty;) {
      empty = true;
      service.under_way().for_each([&](const auto&) { empty = false; });
    }
    seen.clear();
    service.call(operation.method, operation.target, operation.body);
    const bool open = operation.route == "/health/ready";
    CHECK_FALSE(seen.empty());
    // What is unavailable to the I/O thread is tried by a worker again.
    for (const std::string& each : seen) {
      CHECK(each == "test " + std::string(operation.method) + " " + std::string(operation.route) +
                        " 127.0.0.1 " + (open ? "" : "ada"));
    }
  }
}

}  // namespace
}  // namespace dropzone::http
