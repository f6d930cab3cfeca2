#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace dropzone::http::testing {

/// What one client can do to a server and to its other clients. Each attack is bounded in time and
/// size, and works on any server that answers
///
///   GET /nonce/X  with X, after half a millisecond's work on the I/O thread
///   GET /later/X  with X from another thread, 3 milliseconds later
///   GET /large    with a body of 64 MB
///   POST /echo    with the body
///
/// so that it can be tried on a server that falls to it, too.

/// How often clients that ask with a nonce got what.
struct NonceCount {
  int asked = 0;
  int right = 0;
  int wrong = 0;    ///< Another client's nonce.
  int nothing = 0;  ///< No answer in time, or a broken one.
};

/// Clients that close with answers under way, so that others get their descriptors' numbers.
[[nodiscard]] NonceCount abort_and_reuse_connections(
    std::uint16_t port, const std::string& prefix, int rounds,
    std::chrono::milliseconds patience = std::chrono::seconds(10));

/// How many of `count` requests sent at once on one connection are answered.
[[nodiscard]] int pipeline(std::uint16_t port, int count);

/// Whether each of `tries` requests, on connections of their own, is answered within seconds.
[[nodiscard]] bool others_are_served(std::uint16_t port, int tries = 16);

/// A process that uses less than this of a CPU has nothing to do.
constexpr double kQuiet = 0.05;

/// How a server fares with some clients that it would rather not have.
struct Siege {
  bool others_served = false;  ///< others_are_served(), while it lasted.
  double cpu_share = 0;        ///< CPU that its process used a second when it was quietest.
};
/// Several clients that ask for /large and read nothing.
[[nodiscard]] Siege never_read(std::uint16_t port, int server_pid);
/// Chunked bodies that arrive in two pieces, cut between a chunk's CR and LF.
[[nodiscard]] Siege cut_inside_chunk_end(std::uint16_t port, int server_pid);
/// Requests without end: a line that has no space, then silence.
[[nodiscard]] Siege endless_request_line(std::uint16_t port, int server_pid);

/// Whether the body of a request that is refused for its size is taken for further requests.
[[nodiscard]] bool body_becomes_requests(std::uint16_t port);

/// The CPU time that a process has used so far, in seconds.
[[nodiscard]] double cpu_seconds(int pid);

}  // namespace dropzone::http::testing
