#include <catch2/catch.hpp>

#include <string>

#include <dropzone/http/message/ip_address.h>

namespace dropzone::http {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }
AddressRange range(std::string_view text) { return AddressRange::parse(text).value(); }

TEST_CASE("an IPv4 address is the same however it is spelled") {
  CHECK(address("::ffff:192.0.2.1") == address("192.0.2.1"));
  CHECK(address("::ffff:c000:201") == address("192.0.2.1"));
  CHECK(address("[::ffff:192.0.2.1]").text() == "192.0.2.1");
  CHECK(address("2001:DB8:0::1").text() == "2001:db8::1");
  CHECK(address("192.0.2.1").is_v4());
  CHECK_FALSE(address("::192.0.2.1").is_v4());
}

TEST_CASE("text that is not an address is refused") {
  for (const auto text : {"", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]:80", "::1%eth0",
                          "localhost", "0x7f.1", "127.1", "192.0.2.1 ", "[192.0.2.1", "1::2::3"}) {
    CAPTURE(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
}

TEST_CASE("a range has what shares its prefix, and nothing else") {
  CHECK(range("10.0.0.0/8").contains(address("10.255.255.255")));
  CHECK_FALSE(range("10.0.0.0/8").contains(address("11.0.0.0")));
  CHECK(range("10.0.0.0/8").contains(address("::ffff:10.1.2.3")));
  CHECK(range("::ffff:10.0.0.0/104").contains(address("10.1.2.3")));
  CHECK(range("192.0.2.128/25").contains(address("192.0.2.200")));
  CHECK_FALSE(range("192.0.2.128/25").contains(address("192.0.2.127")));
  CHECK(range("2001:db8::/33").contains(address("2001:db8:7fff::1")));
  CHECK_FALSE(range("2001:db8::/33").contains(address("2001:db8:8000::1")));
  CHECK(range("192.0.2.1").contains(address("192.0.2.1")));
  CHECK_FALSE(range("192.0.2.1").contains(address("192.0.2.2")));
  CHECK(range("0.0.0.0/0").contains(address("203.0.113.9")));
  CHECK_FALSE(range("0.0.0.0/0").contains(address("2001:db8::1")));
  CHECK(range("::/0").contains(address("203.0.113.9")));
}

TEST_CASE("a range with bits behind its prefix, or no prefix that can be, is refused") {
  for (const auto text : {"10.0.0.1/8", "2001:db8::1/32", "10.0.0.0/33", "::/129", "10.0.0.0/",
                          "10.0.0.0/-1", "10.0.0.0/8x", "/8", "10/8", ""}) {
    CAPTURE(text);
    CHECK_FALSE(AddressRange::parse(text));
  }
}

TEST_CASE("the network of an IPv6 address is its first 64 bits") {
  CHECK(address("2001:db8:1:2:3:4:5:6").network() == "2001:db8:1:2::/64");
  CHECK(address("2001:db8:1:2::9").network() == address("2001:db8:1:2:ffff::").network());
  CHECK(address("192.0.2.1").network() == "192.0.2.1");
}

}  // namespace
}  // namespace dropzone::http
