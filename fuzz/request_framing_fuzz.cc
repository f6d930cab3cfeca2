// What a connection brings before anything has been authenticated: heads, chunks, pipelines.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/http/message/request.h>

#include "check.h"
#include "server/request_framer.h"

namespace dropzone::http {
namespace {

// Few, so that inputs come near the limits.
constexpr RequestFramer::Limits kLimits{.max_head = 512, .max_target = 128, .max_body = 64};

/// What came out of the bytes of one connection.
struct Outcome {
  std::vector<Request> requests;
  Error failure;
  bool open = true;
};

/// Feeds one piece, which is a copy so that a sanitizer sees any look beyond it.
void feed(RequestFramer& framer, const std::vector<char>& piece, Outcome& outcome) {
  std::string_view input(piece.data(), piece.size());
  while (outcome.open && !input.empty()) {
    const auto status = framer.feed(input);
    if (status == RequestFramer::Status::complete) {
      outcome.requests.push_back(framer.take());
      outcome.open = framer.framing().keep_alive;
    } else if (status == RequestFramer::Status::failed) {
      outcome.failure = framer.failure();
      outcome.open = false;
    } else {
      check(input.empty());
    }
  }
}

Outcome frame(std::string_view bytes, std::size_t piece_size) {
  RequestFramer framer(kLimits);
  Outcome outcome;
  while (!bytes.empty() && outcome.open) {
    const auto piece = bytes.substr(0, piece_size);
    feed(framer, {piece.begin(), piece.end()}, outcome);
    bytes.remove_prefix(piece.size());
  }
  return outcome;
}

void check_same_fields(const Headers& a, const Headers& b) {
  check(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    check(a[i].name == b[i].name && a[i].value == b[i].value);
  }
}

void check_same(const Request& a, const Request& b) {
  check(a.method_text == b.method_text && a.target == b.target && a.body == b.body);
  check(a.segments == b.segments && a.query == b.query);
  check(a.http_minor_version == b.http_minor_version);
  check_same_fields(a.headers, b.headers);
}

void check_same(const Outcome& a, const Outcome& b) {
  check(a.open == b.open && a.failure.code == b.failure.code);
  check(a.requests.size() == b.requests.size());
  for (std::size_t i = 0; i < a.requests.size(); ++i) check_same(a.requests[i], b.requests[i]);
}

bool is_about_the_body(std::string_view name) {
  return equals_ignoring_case(name, "Content-Length") ||
         equals_ignoring_case(name, "Transfer-Encoding");
}

std::string head_of(const Request& request) {
  std::string text = request.method_text + ' ' + request.target + " HTTP/1." +
                     std::to_string(request.http_minor_version) + "\r\n";
  for (const auto [name, value] : request.headers) {
    if (is_about_the_body(name)) continue;
    text.append(name).append(":").append(value).append("\r\n");
  }
  return text;
}

/// Written again with a plain length, a request is the same one: nothing in it can end a line or
/// begin another request.
void check_written_anew(const Request& request) {
  const std::string text = head_of(request) +
                           "Content-Length:" + std::to_string(request.body.size()) + "\r\n\r\n" +
                           request.body;
  RequestFramer framer({});
  std::string_view input = text;
  check(framer.feed(input) == RequestFramer::Status::complete && input.empty());
  const Request again = framer.take();
  check(again.method_text == request.method_text && again.target == request.target);
  check(again.body == request.body && head_of(again) == head_of(request));
}

void check_request(const Request& request) {
  check(!request.target.empty() && request.target.size() <= kLimits.max_target);
  check(request.body.size() <= kLimits.max_body);
  const auto targeted = make_request(request.method_text, request.target, request.body);
  check(targeted && targeted->segments == request.segments && targeted->query == request.query);
  check_written_anew(request);
}

}  // namespace
}  // namespace dropzone::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dropzone::http;
  const std::string bytes(data, data + size);
  const Outcome whole = frame(bytes, std::max<std::size_t>(size, 1));
  for (const std::size_t piece_size : {1U, 2U, 7U}) check_same(frame(bytes, piece_size), whole);
  for (const Request& request : whole.requests) check_request(request);
  dropzone::check(whole.failure.detail.empty() || !whole.open);
  return 0;
}
