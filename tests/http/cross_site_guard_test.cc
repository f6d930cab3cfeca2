#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

#include <dropzone/http/gate/cross_site_guard.h>

namespace dropzone::http {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

const CrossSiteGuard kGuard({"https://app.example.com"}, {AddressRange::parse("10.0.0.1").value()});

bool passes(const Fields& fields, std::string_view method = "POST",
            std::string peer = "203.0.113.7") {
  auto request = make_request(method, "/auth/token").value();
  request.remote_address = std::move(peer);
  request.headers.add("Host", "dropzone.example.com");
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  const auto refusal = kGuard.refusal(request);
  if (refusal) CHECK(refusal->code == ErrorCode::forbidden);
  return !refusal;
}

TEST_CASE("a request that is not from a page passes, and so does one of the server's own pages") {
  CHECK(passes({}));
  CHECK(passes({{"Sec-Fetch-Site", "none"}}));
  CHECK(passes({{"Sec-Fetch-Site", "same-origin"}}));
  for (const auto* origin : {"https://dropzone.example.com", "http://dropzone.example.com",
                             "https://dropzone.example.com:443"}) {
    CHECK(passes({{"Origin", origin}}));
    CHECK(passes({{"Origin", origin}, {"Sec-Fetch-Site", "same-origin"}}));
  }
}

TEST_CASE("a page of another site changes nothing, whichever of the two headers says so") {
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE", "TRACE", "FROB"}) {
    CAPTURE(method);
    CHECK_FALSE(passes({{"Sec-Fetch-Site", "cross-site"}}, method));
    CHECK_FALSE(passes({{"Sec-Fetch-Site", "same-site"}}, method));
    CHECK_FALSE(passes({{"Origin", "https://evil.example"}}, method));
  }
  for (const auto* origin :
       {"null", "", "https://dropzone.example.com.evil.example",
        "https://evil-dropzone.example.com", "https://dropzone.example.com:8443",
        "ftp://dropzone.example.com", "dropzone.example.com", "https://",
        "https://app.example.com/", "https://app.example.com:8443", "http://app.example.com",
        "HTTPS://APP.EXAMPLE.COM"}) {
    CAPTURE(origin);
    CHECK_FALSE(passes({{"Origin", origin}}));
    CHECK_FALSE(passes({{"Origin", origin}, {"Sec-Fetch-Site", "same-origin"}}));
  }
  CHECK_FALSE(passes({{"Origin", "https://app.example.com"}, {"Origin", "https://evil.example"}}));
  CHECK_FALSE(
      passes({{"Origin", "https://dropzone.example.com"}, {"Sec-Fetch-Site", "same-site"}}));
}

TEST_CASE("what only reads passes, wherever it comes from") {
  for (const auto* method : {"GET", "HEAD", "OPTIONS"}) {
    CHECK(passes({{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}}, method));
  }
}

TEST_CASE("a page of a configured origin passes, which is another site to the browser") {
  CHECK(passes({{"Origin", "https://app.example.com"}}));
  CHECK(passes({{"Origin", "https://app.example.com"}, {"Sec-Fetch-Site", "cross-site"}}));
  CHECK(passes({{"Origin", "https://app.example.com"}, {"Sec-Fetch-Site", "same-site"}}));
}

TEST_CASE("a trusted proxy may name the host that it asks for, and nobody else may") {
  const Fields fields{{"Origin", "https://public.example.com"},
                      {"X-Forwarded-Host", "evil.example, public.example.com"}};
  CHECK(passes(fields, "POST", "10.0.0.1"));
  CHECK_FALSE(passes(fields, "POST", "203.0.113.7"));
  CHECK_FALSE(passes({{"Origin", "https://evil.example"},
                      {"X-Forwarded-Host", "evil.example, public.example.com"}},
                     "POST", "10.0.0.1"));
}

}  // namespace
}  // namespace dropzone::http
