#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include <dropzone/auth/principal.h>

namespace dropzone::http {

class Authenticator;

/// Who was recognised last on a connection, and by what: a cache for an authenticator. It has the
/// credentials as they were sent, no longer than the connection has them in its buffers. For the
/// thread that handles the connection's requests; workers leave it alone.
struct Recognition {
  const Authenticator* by = nullptr;
  std::string credentials;
  std::string address;  ///< Where the request came from; proxies bring many on one connection.
  Principal principal;
  std::uint64_t revocations = 0;                ///< See Authenticator::revocations().
  std::chrono::steady_clock::time_point until;  ///< From then on it does not count.
};

}  // namespace dropzone::http
