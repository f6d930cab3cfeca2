#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <dropzone/http/message/request.h>
#include "server/descriptor.h"

namespace dropzone::http {

/// The two byte streams of one connection, plain or encrypted. Never blocks. Used by one thread.
class Channel {
 public:
  enum class Status : unsigned char {
    ok,
    blocked,  ///< Nothing went through; try again when needs() is met.
    closed,   ///< The peer has ended its stream. For reads only.
    broken,   ///< The connection is of no use any more.
  };
  struct Outcome {
    Status status = Status::ok;
    std::size_t bytes = 0;
  };

  virtual ~Channel() = default;

  [[nodiscard]] virtual int descriptor() const noexcept = 0;

  /// Reads what there is, up to the size of `buffer`.
  virtual Outcome read(std::span<char> buffer) = 0;

  /// Writes from the front of these pieces. `ok` with fewer bytes than given: the rest would block.
  virtual Outcome write(std::span<const std::string_view> pieces) = 0;

  /// Ends our stream; the peer's may go on.
  virtual void end_writing() noexcept = 0;

  /// Whether the peer has ended its stream, behind whatever of it is unread. An error counts too.
  [[nodiscard]] bool peer_has_ended() const noexcept;

  /// Makes the coming close a reset, so that the peer cannot take what it has for the whole.
  void reset_on_close() noexcept;

  /// Whether reading can only go on once the descriptor is writable, as in a TLS handshake.
  [[nodiscard]] virtual bool read_wants_writable() const noexcept { return false; }
  /// Whether bytes wait inside the channel that no readiness of the descriptor will announce.
  [[nodiscard]] virtual bool has_buffered_input() const noexcept { return false; }
  /// Whether a connection has yet to be agreed upon.
  [[nodiscard]] virtual bool is_handshaking() const noexcept { return false; }
  /// The verified certificate of the peer, if there is one.
  [[nodiscard]] virtual std::shared_ptr<const TlsPeer> peer() const { return nullptr; }
};

/// A channel without encryption over a non-blocking socket.
[[nodiscard]] std::unique_ptr<Channel> make_plain_channel(Descriptor socket);

}  // namespace dropzone::http
