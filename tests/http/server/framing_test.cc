#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include <dropzone/http/message/problem.h>
#include "framing_cases.h"
#include "server/request_framer.h"

using dropzone::http::RequestFramer;
using dropzone::http::testing::FramingCase;

namespace {

// What came out of the framer, in the words of the cases.
struct Outcome {
  std::vector<int> statuses;
  std::vector<std::string> bodies;
  bool open = true;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

void feed(RequestFramer& framer, std::string_view input, Outcome& outcome) {
  while (outcome.open && !input.empty()) {
    const auto status = framer.feed(input);
    if (status == RequestFramer::Status::complete) {
      outcome.statuses.push_back(200);
      outcome.bodies.push_back(framer.take().body);
      outcome.open = framer.framing().keep_alive;
    } else if (status == RequestFramer::Status::failed) {
      outcome.statuses.push_back(dropzone::http::status_of(framer.failure().code));
      outcome.open = false;
    }
  }
}

template <typename NextPiece>
Outcome frame(std::string_view bytes, NextPiece next_piece) {
  RequestFramer::Limits limits;
  limits.max_body = dropzone::http::testing::kFramingCasesMaxBody;
  RequestFramer framer(limits);
  Outcome outcome;
  while (!bytes.empty() && outcome.open) {
    const auto size = std::min(next_piece(bytes.size()), bytes.size());
    // A copy, so that a sanitizer sees any look beyond the piece.
    const std::string piece(bytes.substr(0, size));
    feed(framer, piece, outcome);
    bytes.remove_prefix(size);
  }
  return outcome;
}

Outcome frame_cut_at(std::string_view bytes, std::size_t cut) {
  bool first = true;
  return frame(bytes, [&](std::size_t left) { return std::exchange(first, false) ? cut : left; });
}

Outcome expected_of(const FramingCase& each) {
  Outcome outcome;
  outcome.statuses = each.statuses;
  outcome.open = each.stays_open;
  const auto complete = std::count(each.statuses.begin(), each.statuses.end(), 200);
  outcome.bodies =
      each.bodies.value_or(std::vector<std::string>(static_cast<std::size_t>(complete)));
  return outcome;
}

}  // namespace

TEST_CASE("framing is the same however the bytes are cut") {
  for (const auto& each : dropzone::http::testing::load_framing_cases()) {
    INFO(each.section << ": " << each.name);
    const auto expected = expected_of(each);
    const auto whole = frame(each.bytes, [](std::size_t left) { return left; });
    CHECK(whole.statuses == expected.statuses);
    CHECK(whole.bodies == expected.bodies);
    CHECK(whole.open == expected.open);
    CHECK((frame(each.bytes, [](std::size_t) { return std::size_t{1}; }) == expected));
    const auto last_cut = std::min<std::size_t>(each.bytes.size(), 700);
    for (std::size_t cut = 1; cut < last_cut; ++cut) {
      INFO("cut at " << cut);
      REQUIRE((frame_cut_at(each.bytes, cut) == expected));
    }
  }
}

TEST_CASE("the table in the documentation is the one that is tested") {
  const auto table =
      dropzone::http::testing::conformance_table(dropzone::http::testing::load_framing_cases());
  const std::string path = DROPZONE_SOURCE_DIR "/docs/http-conformance.md";
  if (std::getenv("DROPZONE_UPDATE_DOCS") != nullptr) std::ofstream(path) << table;
  std::ifstream file(path);
  const std::string documented{std::istreambuf_iterator<char>(file), {}};
  INFO("DROPZONE_UPDATE_DOCS=1 http_framing_test writes it");
  CHECK((documented == table));
}

TEST_CASE("a request is framed in time linear in its size, byte by byte too", "[figures]") {
  // One quadratic step over these sizes would take minutes.
  const auto body_bytes = 900'000;
  std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < body_bytes; ++i) chunked += "1\r\nx\r\n";
  chunked += "0\r\n\r\n";
  const auto outcome = frame(chunked, [](std::size_t) { return std::size_t{1}; });
  REQUIRE(outcome.statuses == std::vector<int>{200});
  CHECK(outcome.bodies.front().size() == body_bytes);
}

TEST_CASE("a client that expects to be asked for its body is seen before the body comes") {
  RequestFramer framer({});
  std::string_view head =
      "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
  REQUIRE(framer.feed(head) == RequestFramer::Status::need_more);
  CHECK(framer.awaits_continue());
  framer.continue_was_sent();
  CHECK_FALSE(framer.awaits_continue());
  std::string_view body = "abc";
  REQUIRE(framer.feed(body) == RequestFramer::Status::complete);
  CHECK(framer.take().body == "abc");
}

TEST_CASE("no body is asked for if none is announced, or of HTTP/1.0") {
  for (const std::string_view head :
       {"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"}) {
    RequestFramer framer({});
    auto input = head;
    (void)framer.feed(input);
    CHECK_FALSE(framer.awaits_continue());
  }
}
