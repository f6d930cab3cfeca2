#include "request_framer.h"

#include <algorithm>
#include <utility>

#include "target.h"

namespace dropzone::http {
namespace {

// What a request line has beside its target: method, two spaces, version, CRLF.
constexpr std::size_t kRequestLineExtra = 64;
// Bodies up to here get their memory at once; larger ones as they arrive.
constexpr std::uint64_t kReserveAtOnce = 64 * 1024;

}  // namespace

RequestFramer::Status RequestFramer::feed(std::string_view& input) {
  while (!input.empty()) {
    const auto status = phase_ == Phase::body ? feed_body(input) : feed_head(input);
    if (status != Status::need_more) return status;
  }
  return Status::need_more;
}

Request RequestFramer::take() {
  phase_ = Phase::between;
  return std::exchange(request_, Request());
}

RequestFramer::Status RequestFramer::feed_head(std::string_view& input) {
  if (phase_ == Phase::between) {
    if (input.front() != '\r' && !is_token(input.substr(0, 1))) {
      return fail({ErrorCode::invalid_request, "This is not an HTTP request.", {}, {}});
    }
    phase_ = Phase::head;
    head_left_ = limits_.max_head;
    request_line_read_ = false;
    framing_ = {};
  }
  while (phase_ == Phase::head) {
    std::string_view line;
    const auto status = lines_.next(input, line_limit(), line);
    if (status == LineReader::Status::need_more) return Status::need_more;
    if (status != LineReader::Status::line) return line_fault(status);
    head_left_ -= line.size() + 2;
    const auto taken = take_line(line);
    if (taken != Status::need_more) return taken;
  }
  return Status::need_more;
}

std::size_t RequestFramer::line_limit() const noexcept {
  return request_line_read_ ? head_left_
                            : std::min(head_left_, limits_.max_target + kRequestLineExtra);
}

RequestFramer::Status RequestFramer::take_line(std::string_view line) {
  if (line.empty() && request_line_read_) return begin_body();
  if (line.empty()) {  // Some clients send one after a body; it begins nothing.
    phase_ = Phase::between;
    return Status::need_more;
  }
  if (request_line_read_) {
    auto parsed = parse_field_line(line, request_.headers);
    return parsed ? Status::need_more : fail(std::move(parsed.error()));
  }
  request_line_read_ = true;
  auto parsed = parse_request_line(line, request_);
  if (!parsed) return fail(std::move(parsed.error()));
  if (request_.target.size() > limits_.max_target) return fail_target_too_long();
  return Status::need_more;
}

RequestFramer::Status RequestFramer::begin_body() {
  auto framing = decide_framing(request_);
  if (!framing) return fail(std::move(framing.error()));
  framing_ = *framing;
  if (request_.method_text == "CONNECT") {
    return fail({ErrorCode::not_implemented, "This server is no proxy.", {}, {}});
  }
  if (!parse_target(request_)) {
    return fail({ErrorCode::invalid_request, "The request target is malformed.", {}, {}});
  }
  if (framing_.content_length > limits_.max_body) {
    return fail({ErrorCode::body_too_large,
                 "The body is larger than " + std::to_string(limits_.max_body) + " bytes.",
                 {},
                 {}});
  }
  if (framing_.chunked) {
    chunks_.emplace(limits_.max_body, limits_.max_head);
  } else if (framing_.content_length == 0) {
    return Status::complete;
  } else if (framing_.content_length <= kReserveAtOnce) {
    request_.body.reserve(static_cast<std::size_t>(framing_.content_length));
  }
  phase_ = Phase::body;
  return Status::need_more;
}

RequestFramer::Status RequestFramer::feed_body(std::string_view& input) {
  if (framing_.chunked) {
    auto done = chunks_->decode(input, request_.body);
    if (!done) return fail(std::move(done.error()));
    return *done ? Status::complete : Status::need_more;
  }
  const auto missing = static_cast<std::size_t>(framing_.content_length) - request_.body.size();
  const auto taken = std::min(missing, input.size());
  request_.body.append(input.substr(0, taken));
  input.remove_prefix(taken);
  return taken == missing ? Status::complete : Status::need_more;
}

RequestFramer::Status RequestFramer::line_fault(LineReader::Status status) {
  if (status == LineReader::Status::bare_line_feed) {
    return fail({ErrorCode::invalid_request, "A line ends in a bare line feed.", {}, {}});
  }
  if (!request_line_read_) return fail_target_too_long();
  return fail({ErrorCode::header_too_large,
               "The request's head is larger than " + std::to_string(limits_.max_head) + " bytes.",
               {},
               {}});
}

RequestFramer::Status RequestFramer::fail_target_too_long() {
  return fail(
      {ErrorCode::uri_too_long,
       "The request target is longer than " + std::to_string(limits_.max_target) + " bytes.",
       {},
       {}});
}

RequestFramer::Status RequestFramer::fail(Error error) {
  failure_ = std::move(error);
  return Status::failed;
}

}  // namespace dropzone::http
