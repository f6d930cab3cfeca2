#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/http/message/headers.h>

namespace dropzone::http::testing {

/// An answer as it came over the wire.
struct Answer {
  int status = 0;
  Headers headers;
  std::string body;  ///< Without chunked coding.
};

/// A client that sends exactly the given bytes. Throws std::runtime_error on what
/// no test expects: no connection, no answer in time, an answer that is not HTTP.
class RawClient {
 public:
  /// Connects to 127.0.0.1. A receive buffer of some bytes makes a client that soon is full.
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);
  RawClient(RawClient&& other) noexcept;
  ~RawClient();

  /// Waits for answers no longer than this; 10 s by default.
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

  void send(std::string_view bytes);
  /// False if the server has closed.
  bool try_send(std::string_view bytes);
  /// Ends the stream to the server; answers are still read.
  void end_sending();
  /// Closes with a reset.
  void reset();

  /// The next answer but 100 Continue. `to_head`: it has no body whatever its head says.
  Answer read_answer(bool to_head = false);
  /// The same, empty if the connection ends or is reset before the answer is whole.
  std::optional<Answer> try_read_answer(bool to_head = false);
  /// Up to this many raw bytes; empty at the end of the stream.
  std::string read_some(std::size_t most);
  /// True if the server ends the connection, false if bytes come or it stays open so long.
  bool is_closed_within(std::chrono::milliseconds time);
  /// The same, within the time that it waits for answers.
  bool is_closed_soon() { return is_closed_within(patience_); }

  /// send() and read_answer().
  Answer ask(std::string_view bytes) { return send(bytes), read_answer(); }

  [[nodiscard]] int descriptor() const noexcept { return socket_; }

 private:
  enum class Filled { bytes, end, late };
  Filled fill(std::chrono::milliseconds patience);
  bool fill_to(std::size_t size);
  std::optional<std::string> take_line();
  std::optional<std::string> take(std::size_t size);
  bool take_chunked(std::string& body);
  std::string take_to_end();

  int socket_ = -1;
  std::chrono::milliseconds patience_{10'000};
  std::string buffer_;
};

/// "GET target HTTP/1.1" with a Host, and with more header lines where given ("A: b\r\n").
[[nodiscard]] std::string get(std::string_view target, std::string_view more_headers = {});

}  // namespace dropzone::http::testing
