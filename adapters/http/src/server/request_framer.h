#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <dropzone/http/message/request.h>
#include "server/chunked_decoder.h"
#include "server/line_reader.h"
#include "server/request_head.h"

namespace dropzone::http {

/// Cuts the bytes of one connection into requests, strictly by RFC 9112. Pure: no I/O, no clock.
/// Takes any partition of the input, and looks at each byte once. Limits are enforced as soon as
/// they can be known: a body's at the head.
class RequestFramer {
 public:
  struct Limits {
    std::size_t max_head = 16 * 1024;
    std::size_t max_target = 8 * 1024;
    std::size_t max_body = 32 * 1024 * 1024;
  };
  enum class Status : std::uint8_t { need_more, complete, failed };
  enum class Phase : std::uint8_t { between, head, body };

  explicit RequestFramer(const Limits& limits) : limits_(limits) {}

  /// Takes bytes from the front of `input` until a request is complete, the input is used up or a
  /// fault is found. After `complete`, take() before the next call; after `failed`, nothing more
  /// can be framed on this connection.
  [[nodiscard]] Status feed(std::string_view& input);

  /// The complete request: method, target and its parts, headers, body and version are set.
  [[nodiscard]] Request take();

  /// The head of the request whose body is being read, to decide by. Once it is complete,
  /// take_body() has the rest.
  [[nodiscard]] Request take_head();
  [[nodiscard]] std::string take_body();

  /// Bounds the body that is being read. False if it is known already to be longer.
  [[nodiscard]] bool limit_body(std::size_t most);
  /// Drops the body that is being read: feed() passes over what is left of it, and is not
  /// `complete` then. False, and nothing changed, if that may be more than `most` bytes.
  bool discard_body(std::size_t most);

  [[nodiscard]] bool discards_body() const noexcept {
    return phase_ == Phase::body && discards_body_;
  }
  /// Frees the memory of the body. Nothing may be framed afterwards.
  void forget_body() noexcept { request_ = Request(); }

  /// Between requests, or which part of one is being read. An empty line before a request begins
  /// none.
  [[nodiscard]] Phase phase() const noexcept { return phase_; }

  /// What is known of the request that is being read, or that failed.
  [[nodiscard]] const Request& partial() const noexcept { return request_; }

  /// How much of the body is here.
  [[nodiscard]] std::size_t body_size() const noexcept { return request_.body.size(); }

  /// Valid once the head is read, so also after `complete` until the next call of feed().
  [[nodiscard]] const Framing& framing() const noexcept { return framing_; }

  /// True if the client waits for "100 Continue" before it sends its body.
  [[nodiscard]] bool awaits_continue() const noexcept {
    return phase_ == Phase::body && framing_.expects_continue && request_.body.empty();
  }
  void continue_was_sent() noexcept { framing_.expects_continue = false; }

  /// Why feed() failed.
  [[nodiscard]] const Error& failure() const noexcept { return failure_; }

 private:
  Status feed_head(std::string_view& input);
  Status skip_empty_line(std::string_view& input);
  Status feed_body(std::string_view& input);
  Status begin_body();
  Status take_line(std::string_view line);
  Status line_fault(LineReader::Status status);
  Status fail_target_too_long();
  [[nodiscard]] Error body_too_large() const;
  Status fail(Error error);
  [[nodiscard]] std::size_t line_limit() const noexcept;

  Limits limits_;
  LineReader lines_;
  Request request_;
  Framing framing_;
  std::optional<ChunkedDecoder> chunks_;
  std::size_t body_limit_ = 0;
  std::uint64_t body_left_ = 0;  // of one that is not chunked
  bool discards_body_ = false;
  std::size_t head_left_ = 0;
  bool request_line_read_ = false;
  bool skips_line_ = false;  // an empty one before a request
  Phase phase_ = Phase::between;
  Error failure_;
};

}  // namespace dropzone::http
