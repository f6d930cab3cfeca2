#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <dropzone/http/gate/client_address_filter.h>
#include <dropzone/http/gate/cross_origin_handler.h>

namespace dropzone::http {
namespace {

/// Answers at once, or drops the request, and remembers what it was handed.
class InnerHandler final : public Handler {
 public:
  void handle(Request&& request, Responder&& respond) override {
    methods.push_back(request.method_text);
    if (drops) return;
    auto response = make_response(200, "application/json", "{}");
    response.headers.set("Vary", "Accept-Encoding");
    respond(std::move(response));
  }

  std::vector<std::string> methods;
  bool drops = false;
};

AddressRules denying(std::string_view range) {
  return {.deny = {AddressRange::parse(range).value()}};
}

struct Fixture {
  InnerHandler inner;
  const std::vector<std::string> origins{"https://a.example", "http://b.example:8080"};
  PreflightHandler preflights{inner, origins};
  ClientAddressFilter gate{preflights, denying("192.0.2.0/24"), nullptr, nullptr};
  CrossOriginHandler handler{gate, origins};
  CrossOriginHandler handler_without_origins{inner, {}};

  Response answer(std::string_view method,
                  const std::vector<std::pair<std::string, std::string>>& headers,
                  const std::string& address = "127.0.0.1") {
    auto request = make_request(method, "/kinds").value();
    request.remote_address = address;
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    std::optional<Response> answer;
    handler.handle(std::move(request),
                   Responder([&](Response response) { answer = std::move(response); }));
    REQUIRE(answer);
    return *std::move(answer);
  }
};

bool mentions_access_control(const Response& response) {
  for (const auto field : response.headers) {
    if (field.name.starts_with("Access-Control-")) return true;
  }
  return false;
}

TEST_CASE("an answer to a page of a configured origin may be seen by it") {
  Fixture fixture;
  for (const std::string origin : {"https://a.example", "http://b.example:8080"}) {
    const auto answer = fixture.answer("GET", {{"Origin", origin}});
    CHECK(answer.status == 200);
    CHECK(answer.headers.find("Access-Control-Allow-Origin") == origin);
    CHECK(answer.headers.find_all("Vary") ==
          std::vector<std::string_view>{"Accept-Encoding", "Origin"});
    CHECK_THAT(std::string(answer.headers.find("Access-Control-Expose-Headers").value()),
               Catch::Contains("ETag"));
    CHECK_FALSE(answer.headers.contains("Access-Control-Allow-Credentials"));
  }
}

TEST_CASE("requests of other origins, or of none, are handled as ever") {
  Fixture fixture;
  for (const std::string origin :
       {"https://b.example", "http://a.example", "https://a.example:444", "https://a.example.evil",
        "https://A.example", "null", "*", ""}) {
    CAPTURE(origin);
    CHECK_FALSE(mentions_access_control(fixture.answer("GET", {{"Origin", origin}})));
  }
  CHECK_FALSE(mentions_access_control(fixture.answer("GET", {})));
  CHECK(fixture.inner.methods.size() == 9);
}

TEST_CASE("a cache may not show one origin's answer to another, whoever asked first") {
  Fixture fixture;
  for (const std::string origin : {"https://a.example", "https://evil.example"}) {
    CHECK(fixture.answer("GET", {{"Origin", origin}}).headers.find_all("Vary") ==
          std::vector<std::string_view>{"Accept-Encoding", "Origin"});
  }
  CHECK(fixture.answer("GET", {}).headers.find_all("Vary").size() == 2);

  fixture.handler_without_origins.handle(
      make_request("GET", "/kinds").value(),
      Responder([](Response response) { CHECK(response.headers.find_all("Vary").size() == 1); }));
}

TEST_CASE("a preflight request of a configured origin is answered without credentials") {
  Fixture fixture;
  const auto answer =
      fixture.answer("OPTIONS", {{"Origin", "https://a.example"},
                                 {"Access-Control-Request-Method", "DELETE"},
                                 {"Access-Control-Request-Headers", "authorization"}});
  CHECK(answer.status == 204);
  CHECK(answer.headers.find("Access-Control-Allow-Origin") == "https://a.example");
  CHECK_THAT(std::string(answer.headers.find("Access-Control-Allow-Methods").value()),
             Catch::Contains("DELETE"));
  CHECK_THAT(std::string(answer.headers.find("Access-Control-Allow-Headers").value()),
             Catch::Contains("Authorization"));
  CHECK(fixture.inner.methods.empty());
}

TEST_CASE("an address that is denied gets no answer to a preflight request either") {
  Fixture fixture;
  const std::vector<std::pair<std::string, std::string>> preflight = {
      {"Origin", "https://a.example"}, {"Access-Control-Request-Method", "DELETE"}};
  CHECK(fixture.answer("OPTIONS", preflight).status == 204);
  const auto refused = fixture.answer("OPTIONS", preflight, "192.0.2.7");
  CHECK(refused.status == 403);
  CHECK_FALSE(refused.headers.contains("Access-Control-Allow-Methods"));
  // A page of the origin may see why it is refused.
  const auto seen = fixture.answer("GET", {{"Origin", "https://a.example"}}, "192.0.2.7");
  CHECK(seen.status == 403);
  CHECK(seen.headers.find("Access-Control-Allow-Origin") == "https://a.example");
  CHECK(fixture.inner.methods.empty());
}

TEST_CASE("a preflight request of another origin gets no permission") {
  Fixture fixture;
  const auto answer = fixture.answer(
      "OPTIONS", {{"Origin", "https://evil.example"}, {"Access-Control-Request-Method", "DELETE"}});
  CHECK_FALSE(mentions_access_control(answer));
  CHECK(fixture.inner.methods == std::vector<std::string>{"OPTIONS"});
}

TEST_CASE("answers that the server gives in its place are open to the same pages") {
  Fixture fixture;
  const auto allowed = [](const CrossOriginHandler& handler,
                          std::optional<std::string_view> origin) {
    Headers answer;
    handler.open_to_pages(origin, answer);
    return std::string(answer.find("Access-Control-Allow-Origin").value_or("nobody"));
  };
  CHECK(allowed(fixture.handler, "https://a.example") == "https://a.example");
  CHECK(allowed(fixture.handler, "https://evil.example") == "nobody");
  CHECK(allowed(fixture.handler, "") == "nobody");
  CHECK(allowed(fixture.handler, std::nullopt) == "*");
  CHECK(allowed(fixture.handler_without_origins, std::nullopt) == "nobody");
  CHECK(allowed(fixture.handler_without_origins, "https://a.example") == "nobody");
}

TEST_CASE("a request that the handler drops is answered with 500") {
  Fixture fixture;
  fixture.inner.drops = true;
  CHECK(fixture.answer("GET", {{"Origin", "https://a.example"}}).status == 500);
}

TEST_CASE("origins are distinguished from other texts") {
  for (const auto text : {"https://a.example", "http://localhost:3000", "https://[::1]:8443"}) {
    CHECK(is_origin(text));
  }
  for (const auto text :
       {"", "*", "null", "a.example", "https://", "https://a.example/", "https://A.example",
        "https://a.example:443", "http://a.example:80", "ftp://a.example",
        "https://a.example:", "https://a.example?x", "https://u@a.example", "https://a b"}) {
    CAPTURE(text);
    CHECK_FALSE(is_origin(text));
  }
}

}  // namespace
}  // namespace dropzone::http
