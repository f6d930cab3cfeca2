#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <dropzone/result.h>
#include "server/connections_by_address.h"
#include "server/descriptor.h"

namespace dropzone::http {

/// A connection that was just accepted.
struct AcceptedSocket {
  Descriptor socket;
  std::string address;  ///< Numeric.
  std::uint16_t port = 0;
  ConnectionsByAddress::Slot slot = {};  ///< Among those of its address.
};

/// Binds to HOST:PORT or [IPv6]:PORT and listens. Fails with invalid_configuration.
[[nodiscard]] Result<Descriptor> listen_on(const std::string& address);

/// The port that a socket is bound to.
[[nodiscard]] std::uint16_t port_of(const Descriptor& socket) noexcept;

/// Accepts from a listening socket without ever spinning: if descriptors are used up, it gives
/// up one kept in reserve to turn the client away.
class Listener {
 public:
  enum class Status : std::uint8_t {
    accepted,
    none_waiting,
    turned_away,  ///< One client was refused for want of descriptors.
    exhausted,    ///< Not even that was possible: pause.
  };

  explicit Listener(Descriptor listening);

  [[nodiscard]] int descriptor() const noexcept { return listening_.get(); }
  Status accept(AcceptedSocket& accepted);

 private:
  Descriptor listening_;
  Descriptor reserve_;
};

}  // namespace dropzone::http
