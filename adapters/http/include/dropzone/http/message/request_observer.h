#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/auth/grants.h>
#include <dropzone/error.h>
#include <dropzone/http/message/request.h>

namespace dropzone::http {

/// The effects of a request so far. Routes that change something report it here.
struct Effect {
  /// The kind of its records, whether it exists or not; empty: none in particular.
  std::string kind;
  /// The outcomes of records, keys and the like: {"stored", 3}.
  std::vector<std::pair<std::string_view, std::size_t>> counts = {};
  /// The ids that were named: the record of a path, keys.
  std::vector<std::string> targets = {};
  /// How a definition changed: JSON text of a list of pointers with the values before and after.
  std::string changes = {};
  /// Of a refused request: JSON text of further members of its problem document.
  std::string problem_members = {};
  /// The user, if an open route finds that out itself; verified only if the request succeeds.
  std::string principal = {};
};

/// The outcome of a request, for logs and metrics.
struct RequestSummary {
  const Request& request;
  std::string_view route;  ///< "/records/{id}", or "" if there is no such route.
  /// Whether the route knows all parameters of the query. If it does not, they may be anything,
  /// also a secret that was sent to the wrong place.
  bool query_known = false;
  int status = 0;
  std::size_t response_bytes = 0;  ///< Of the body, before compression; 0 if it is streamed.
  std::chrono::steady_clock::duration latency{};
  std::string_view principal = {};  ///< Empty if not authenticated.
  std::string_view claimed = {};    ///< The identity that a refused request claimed: unverified.
  Permission permission = Permission::open;  ///< What the route requires.
  const Error* error = nullptr;              ///< If it failed as a whole; else null.
  const Effect* effect = nullptr;            ///< Null if no route was reached.
};

/// A failure on the server's side that no handler has reported with its answer: the server answered
/// in the handler's place, or an answer that had begun could not be ended.
struct Failure {
  std::string_view request_id = {};  ///< Empty if it concerns no single request.
  std::string_view operation = {};   ///< "POST /store": method and raw path, if they are known.
  int status = 0;                    ///< The status of the answer; 0: the connection was cut.
  const Error& error;
};

/// Notified of every request that was answered, and of failures. Thread-safe.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  /// Called on the answering thread, before the answer goes out.
  virtual void answered(const RequestSummary& summary) = 0;
  /// Called on the thread that failed.
  virtual void failed(const Failure&) {}
  /// A page of this origin (see is_origin()) tried to call, and may not: the origin is not among
  /// those that are allowed. Called before the answer goes out.
  virtual void page_refused(std::string_view origin) { static_cast<void>(origin); }
};

}  // namespace dropzone::http
