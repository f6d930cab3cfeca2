#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <dropzone/http/gate/base_path.h>

namespace dropzone::http {
namespace {

/// Answers with the path and the segments that it was asked for.
class PathEcho final : public Handler {
 public:
  void handle(Request&& request, Responder&& respond) override {
    std::string text = request.path + " " + request.raw_path;
    for (const std::string& segment : request.segments) text += " [" + segment + "]";
    respond(make_response(200, "text/plain", text));
  }
};

Response answer(std::string_view base, std::string_view target) {
  PathEcho inner;
  BasePathHandler handler(inner, BasePathHandler::parse(base).value());
  std::optional<Response> answer;
  handler.handle(make_request("GET", target).value(),
                 Responder([&](Response response) { answer = std::move(response); }));
  return answer.value();
}

TEST_CASE("what is below the base path is found, and what is not is passed on") {
  CHECK(answer("/dz", "/dz/store?kind=a").body == "/store /dz/store [store]");
  CHECK(answer("/apps/dz", "/apps/dz/records/a%2Fb").body ==
        "/records/a/b /apps/dz/records/a%2Fb [records] [a/b]");
  CHECK(answer("/dz/", "/dz/").body == "/ /dz/");
  CHECK(answer("/dz", "/dz/swagger/").body == "/swagger/ /dz/swagger/ [swagger] []");
  CHECK(answer("/dz", "/store").body == "/store /store [store]");
  CHECK(answer("/dz", "/").body == "/ /");
  CHECK(answer("/apps/dz", "/apps/other").body == "/apps/other /apps/other [apps] [other]");
  CHECK(answer("", "/dz/store").body == "/dz/store /dz/store [dz] [store]");
}

TEST_CASE("the base path itself leads to its page") {
  for (const auto* base : {"/dz", "/apps/dz"}) {
    const auto redirect = answer(base, base);
    CHECK(redirect.status == 308);
    CHECK(redirect.headers.find("Location") == "dz/");
  }
}

TEST_CASE("a base path is plain segments between slashes") {
  CHECK(BasePathHandler::parse("/a-b_c.d~1/E").value() ==
        std::vector<std::string>{"a-b_c.d~1", "E"});
  CHECK(BasePathHandler::parse("/").value().empty());
  for (const auto* path :
       {"dz", "//", "/a//b", "/..", "/a/./b", "/a b", "/ä", "/%41", "/a?b", "http://h/a"}) {
    CAPTURE(path);
    CHECK_FALSE(BasePathHandler::parse(path));
  }
}

}  // namespace
}  // namespace dropzone::http
