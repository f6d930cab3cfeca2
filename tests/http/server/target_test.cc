#include <catch2/catch.hpp>

#include <dropzone/http/message/request.h>

using dropzone::http::make_request;
using dropzone::http::QueryParameter;

TEST_CASE("an escaped slash stays inside its segment") {
  const auto request = make_request("GET", "/records/a%2Fb/c");
  REQUIRE(request);
  CHECK(request->segments == std::vector<std::string>{"records", "a/b", "c"});
  CHECK(request->raw_path == "/records/a%2Fb/c");
  CHECK(request->path == "/records/a/b/c");
}

TEST_CASE("empty segments are kept, the root has none") {
  CHECK(make_request("GET", "/")->segments.empty());
  CHECK(make_request("GET", "/a/")->segments == std::vector<std::string>{"a", ""});
  CHECK(make_request("GET", "//a")->segments == std::vector<std::string>{"", "a"});
}

TEST_CASE("a plus is a space in the query and a plus in the path") {
  const auto request = make_request("GET", "/a+b?c+d=e+f%2B");
  CHECK(request->segments == std::vector<std::string>{"a+b"});
  CHECK(request->query == std::vector<QueryParameter>{{"c d", "e f+"}});
}

TEST_CASE("repeated parameters are kept in order, and none needs a value") {
  const auto request = make_request("GET", "/?_id=b&x&_id=a,c&&y=&_id==");
  CHECK(request->query == std::vector<QueryParameter>{
                              {"_id", "b"}, {"x", ""}, {"_id", "a,c"}, {"y", ""}, {"_id", "="}});
  CHECK(request->query_value("_id") == "b");
  CHECK_FALSE(request->query_value("z"));
}

TEST_CASE("escapes may be of any byte, and must be whole") {
  CHECK(make_request("GET", "/%00%fF")->segments.front() == std::string("\0\xff", 2));
  for (const char* target :
       {"/%", "/%4", "/%4g", "/?a=%", "/?%zz=1", "/a#b", "a", "*", "/\x80", "/ "}) {
    INFO(target);
    CHECK_FALSE(make_request("GET", target));
  }
}

TEST_CASE("absolute-form counts from its path") {
  CHECK(make_request("GET", "http://h:1/a?b=c")->segments == std::vector<std::string>{"a"});
  CHECK(make_request("GET", "HTTPS://h")->raw_path == "/");
  CHECK(make_request("GET", "http://h?b=c")->query == std::vector<QueryParameter>{{"b", "c"}});
  CHECK_FALSE(make_request("GET", "http:///a"));
  CHECK_FALSE(make_request("GET", "http://user@h/a"));
}
