#include <catch2/catch.hpp>

#include <malloc.h>

#include <cstddef>
#include <string>

#include <dropzone/http/gate/rate_limiter.h>

namespace dropzone::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

RateLimiter::Time at(int ms) {
  return RateLimiter::Time() + std::chrono::hours(1) + milliseconds(ms);
}

int allowed_of(RateLimiter& limiter, std::string_view sender, int requests, int ms) {
  int allowed = 0;
  for (int i = 0; i < requests; ++i) allowed += limiter.spend(sender, at(ms)).allowed ? 1 : 0;
  return allowed;
}

TEST_CASE("a rate is so many a second, minute or hour") {
  CHECK(RateLimit::parse("100/s").value() == RateLimit{100, seconds(1)});
  CHECK(RateLimit::parse("6000/m").value() == RateLimit{6'000, seconds(60)});
  CHECK(RateLimit::parse("1/h").value().text() == "1/h");
  for (const auto text : {"", "100", "100/", "/s", "0/s", "-1/s", "1.5/s", "100/d", "100/ss",
                          "1000001/s", "99999999999999999999/s", " 1/s"}) {
    CAPTURE(text);
    CHECK_FALSE(RateLimit::parse(text));
  }
}

TEST_CASE("the quota may come at once, and comes back evenly over the window") {
  RateLimiter limiter({10, seconds(1)}, "address");
  CHECK(allowed_of(limiter, "a", 20, 0) == 10);
  CHECK(allowed_of(limiter, "a", 20, 100) == 1);
  CHECK(allowed_of(limiter, "a", 20, 600) == 5);
  CHECK(allowed_of(limiter, "a", 20, 5'000) == 10);
  CHECK(allowed_of(limiter, "b", 20, 5'000) == 10);
}

TEST_CASE("what is left and when to come again is said, and holds") {
  RateLimiter limiter({3, seconds(60)}, "principal");
  CHECK(limiter.spend("a", at(0)).remaining == 2);
  CHECK(limiter.spend("a", at(0)).remaining == 1);
  const auto last = limiter.spend("a", at(0));
  CHECK(last.remaining == 0);
  CHECK(last.reset == seconds(60));
  const auto refused = limiter.spend("a", at(0));
  CHECK_FALSE(refused.allowed);
  CHECK(refused.retry_after == seconds(20));
  CHECK_FALSE(limiter.spend("a", at(19'999)).allowed);
  CHECK(limiter.spend("a", at(20'000)).allowed);

  Headers headers;
  limiter.add_fields(headers, last);
  CHECK(headers.find("RateLimit-Policy") == "\"principal\";q=3;w=60");
  CHECK(headers.find("RateLimit") == "\"principal\";r=0;t=60");
  CHECK(limiter.refusal(refused).retry_after == 20);
}

std::size_t heap_in_use() {
  const auto figures = ::mallinfo2();
  return figures.uordblks + figures.hblkhd;
}

TEST_CASE("memory is set aside once, and a million senders take no more", "[figures]") {
  const std::size_t before = heap_in_use();
  RateLimiter limiter({5, seconds(60)}, "address");
  const std::size_t made = heap_in_use();
  CHECK(made - before < 1'200'000);
  for (int i = 0; i < 1'000'000; ++i) (void)limiter.spend(std::to_string(i), at(0));
  CHECK(heap_in_use() < made + 10'000);
}

TEST_CASE("a million senders do not free one that is over the limit") {
  RateLimiter limiter({5, seconds(60)}, "address", 1'024);
  CHECK(allowed_of(limiter, "busy", 10, 0) == 5);
  for (int i = 0; i < 1'000'000; ++i) (void)limiter.spend(std::to_string(i), at(0));
  CHECK(allowed_of(limiter, "busy", 10, 0) == 0);
}

}  // namespace
}  // namespace dropzone::http
