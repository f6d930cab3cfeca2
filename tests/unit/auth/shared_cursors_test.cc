#include <catch2/catch.hpp>

#include <future>
#include <string>

#include <dropzone/auth/shared_cursors.h>

namespace dropzone::auth {
namespace {

const Position kPlace{{}, "one"};
const std::string kSecret(32, 's');
const Error kAway{ErrorCode::unavailable, "The store is away."};

TEST_CASE("a secret is asked for until it is there, and then no more") {
  int asked = 0;
  const SharedCursors cursors([&]() -> Result<std::string> {
    if (++asked < 3) return kAway;
    return kSecret;
  });
  CHECK(cursors.prepare().error().code == ErrorCode::unavailable);
  CHECK(cursors.open("any", "q").error().code == ErrorCode::unavailable);
  const std::string cursor = *cursors.seal(kPlace, "q");
  CHECK(cursors.open(cursor, "q")->id == "one");
  CHECK(cursors.open("any", "q").error().code == ErrorCode::invalid_cursor);
  CHECK(asked == 3);
}

TEST_CASE("who wants a cursor while another asks for the secret does not wait") {
  std::promise<void> asking;
  std::promise<void> answered;
  const SharedCursors cursors([&]() -> Result<std::string> {
    asking.set_value();
    answered.get_future().wait();
    return kSecret;
  });
  auto first = std::async(std::launch::async, [&] { return cursors.seal(kPlace, "q"); });
  asking.get_future().wait();
  CHECK(cursors.seal(kPlace, "q").error().code == ErrorCode::unavailable);
  answered.set_value();
  CHECK(first.get());
  CHECK(cursors.seal(kPlace, "q"));
}

}  // namespace
}  // namespace dropzone::auth
