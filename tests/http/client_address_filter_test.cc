#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <dropzone/http/gate/client_address_filter.h>

namespace dropzone::http {
namespace {

std::vector<AddressRange> ranges(const std::vector<std::string>& texts) {
  std::vector<AddressRange> ranges;
  for (const std::string& text : texts) ranges.push_back(AddressRange::parse(text).value());
  return ranges;
}

/// Answers with the address of the request.
class Echo final : public Handler {
 public:
  void handle(Request&& request, Responder&& respond) override {
    respond(make_response(200, "text/plain", request.remote_address));
  }
};

struct Field {
  std::string name;
  std::string value;
};

Response ask(Handler& handler, std::string peer, const std::vector<Field>& fields = {}) {
  auto request = make_request("GET", "/").value();
  request.remote_address = std::move(peer);
  for (const auto& [name, value] : fields) request.headers.add(name, value);
  Response answer;
  handler.handle(std::move(request), Responder([&](Response response) { answer = response; }));
  return answer;
}

const AddressRules kProxied{.allow = {}, .deny = {}, .proxies = ranges({"10.0.0.0/8", "::1"})};

TEST_CASE("the client is the last hop that is not a proxy, and only a proxy is trusted") {
  Echo echo;
  ClientAddressFilter gate(echo, kProxied, nullptr, nullptr);
  const auto client = [&](std::string peer, std::string value) {
    return ask(gate, std::move(peer), {{"X-Forwarded-For", std::move(value)}}).body;
  };
  CHECK(client("10.0.0.1", "203.0.113.7") == "203.0.113.7");
  CHECK(client("10.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2") == "203.0.113.7");
  CHECK(client("10.0.0.1", "6.6.6.6,203.0.113.7:4711") == "203.0.113.7");
  CHECK(client("::1", "[2001:db8::1]:80") == "2001:db8::1");
  CHECK(client("::ffff:10.0.0.1", "::ffff:203.0.113.7") == "203.0.113.7");
  CHECK(client("203.0.113.9", "6.6.6.6") == "203.0.113.9");
  CHECK(client("10.0.0.1", "6.6.6.6, unknown, 10.0.0.2") == "10.0.0.2");
  CHECK(client("10.0.0.1", "10.0.0.3") == "10.0.0.3");
  CHECK(client("10.0.0.1", "") == "10.0.0.1");
}

TEST_CASE("several headers are one list, and a header of the other name is nobody's word") {
  Echo echo;
  ClientAddressFilter gate(echo, kProxied, nullptr, nullptr);
  CHECK(ask(gate, "10.0.0.1", {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "7.7.7.7"}})
            .body == "7.7.7.7");
  CHECK(
      ask(gate, "10.0.0.1", {{"Forwarded", "for=6.6.6.6"}, {"X-Forwarded-For", "7.7.7.7"}}).body ==
      "7.7.7.7");
}

TEST_CASE("Forwarded is read as RFC 7239 has it, if that is the header") {
  Echo echo;
  AddressRules rules = kProxied;
  rules.header = ForwardedHeader::forwarded;
  ClientAddressFilter gate(echo, rules, nullptr, nullptr);
  const auto client = [&](std::string value) {
    return ask(gate, "10.0.0.1", {{"Forwarded", std::move(value)}, {"X-Forwarded-For", "6.6.6.6"}})
        .body;
  };
  CHECK(client("for=192.0.2.60;proto=http;by=203.0.113.43") == "192.0.2.60");
  CHECK(client("proto=https; For=\"[2001:db8:cafe::17]:4711\"") == "2001:db8:cafe::17");
  CHECK(client("for=6.6.6.6, for=192.0.2.60, for=10.0.0.9") == "192.0.2.60");
  CHECK(client("for=_hidden") == "10.0.0.1");
  CHECK(client("by=192.0.2.1") == "10.0.0.1");
}

TEST_CASE(
    "who is denied, or not among those allowed, is refused however they spell their address") {
  Echo echo;
  ClientAddressFilter gate(
      echo, {.allow = ranges({"192.0.2.0/24", "2001:db8::/32"}), .deny = ranges({"192.0.2.66"})},
      nullptr, nullptr);
  CHECK(ask(gate, "192.0.2.1").status == 200);
  CHECK(ask(gate, "::ffff:192.0.2.1").status == 200);
  CHECK(ask(gate, "2001:db8::5").status == 200);
  CHECK(ask(gate, "192.0.2.66").status == 403);
  CHECK(ask(gate, "::ffff:192.0.2.66").status == 403);
  CHECK(ask(gate, "::ffff:c000:242").status == 403);
  CHECK(ask(gate, "198.51.100.1").status == 403);
  CHECK(ask(gate, "no address").status == 403);
}

TEST_CASE("an address that asks too often learns when to come again, others are served") {
  Echo echo;
  RateLimiter limiter({2, std::chrono::seconds(3'600)}, "address");
  ClientAddressFilter gate(echo, {}, &limiter, nullptr);
  const auto first = ask(gate, "2001:db8::1");
  CHECK(first.status == 200);
  CHECK(first.headers.find("RateLimit") == "\"address\";r=1;t=1800");
  CHECK(ask(gate, "2001:db8::2").status == 200);
  const auto refused = ask(gate, "2001:db8::3");
  CHECK(refused.status == 429);
  CHECK(refused.headers.find("Retry-After") == "1800");
  CHECK(refused.headers.find("RateLimit-Policy") == "\"address\";q=2;w=3600");
  CHECK(ask(gate, "2001:db8:0:1::1").status == 200);
}

}  // namespace
}  // namespace dropzone::http
