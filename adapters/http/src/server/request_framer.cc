#include "server/request_framer.h"

#include <algorithm>
#include <utility>

#include "message/target.h"
#include "message/text_room.h"

namespace dropzone::http {
namespace {

// What a request line has besides its target: method, two spaces, version, CRLF.
constexpr std::size_t kRequestLineExtra = 64;

}  // namespace

RequestFramer::Status RequestFramer::feed(std::string_view& input) {
  while (!input.empty()) {
    const bool in_body = phase_ == Phase::body;
    const auto status = in_body ? feed_body(input) : feed_head(input);
    if (status != Status::need_more) return status;
    if (in_body && phase_ == Phase::between) break;  // It was dropped; what follows is another.
  }
  return Status::need_more;
}

Request RequestFramer::take() {
  phase_ = Phase::between;
  return std::exchange(request_, Request());
}

Request RequestFramer::take_head() {
  auto body = std::move(request_.body);
  auto head = std::exchange(request_, Request());
  head.body.clear();
  request_.body = std::move(body);
  return head;
}

std::string RequestFramer::take_body() {
  phase_ = Phase::between;
  return std::exchange(request_, Request()).body;
}

bool RequestFramer::limit_body(std::size_t most) {
  body_limit_ = most;
  if (chunks_) chunks_->limit_body(most);
  return request_.body.size() <= most && body_left_ <= most - request_.body.size();
}

bool RequestFramer::discard_body(std::size_t most) {
  if (framing_.chunked || body_left_ > most) return false;
  discards_body_ = true;
  request_ = Request();
  return true;
}

// Some clients send one after a body. It begins nothing, so that it extends no client's time.
RequestFramer::Status RequestFramer::skip_empty_line(std::string_view& input) {
  std::string_view line;
  const auto status = lines_.next(input, 2, line);
  if (status == LineReader::Status::need_more || status == LineReader::Status::line) {
    skips_line_ = status == LineReader::Status::need_more;
    return Status::need_more;
  }
  return fail({ErrorCode::invalid_request, "This is not an HTTP request.", {}, {}});
}

RequestFramer::Status RequestFramer::feed_head(std::string_view& input) {
  if (phase_ == Phase::between) {
    if (skips_line_ || input.front() == '\r') return skip_empty_line(input);
    if (!is_token(input.substr(0, 1))) {
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
  if (line.empty()) return begin_body();
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
    return fail({ErrorCode::not_implemented, "This server is not a proxy.", {}, {}});
  }
  if (!parse_target(request_)) {
    return fail({ErrorCode::invalid_request, "The request target is malformed.", {}, {}});
  }
  body_limit_ = limits_.max_body;
  body_left_ = framing_.content_length;
  discards_body_ = false;
  if (body_left_ > body_limit_) return fail(body_too_large());
  if (framing_.chunked) {
    chunks_.emplace(body_limit_, limits_.max_head);
  } else if (body_left_ == 0) {
    return Status::complete;
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
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, input.size()));
  if (!discards_body_) {
    make_room(request_.body, taken, static_cast<std::size_t>(framing_.content_length));
    fault_in(request_.body, taken);
    request_.body.append(input.substr(0, taken));
  }
  input.remove_prefix(taken);
  body_left_ -= taken;
  if (body_left_ > 0) return Status::need_more;
  if (!discards_body_) return Status::complete;
  phase_ = Phase::between;
  return Status::need_more;
}

Error RequestFramer::body_too_large() const {
  return {ErrorCode::body_too_large,
          "The body is larger than " + std::to_string(body_limit_) + " bytes.",
          {},
          {}};
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
