#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dropzone/error.h>
#include <dropzone/http/grants.h>
#include <dropzone/http/request.h>

namespace dropzone::http {

/// What a request did, as far as its route has come. Routes that change something say it here.
struct Effect {
  /// The kind of records that it is about, be there such a kind or not; empty: none in particular.
  std::string kind;
  /// How many records, keys and the like became what: {"stored", 3}.
  std::vector<std::pair<std::string_view, std::size_t>> counts = {};
  /// The ids of what was named one by one: the record of a path, keys.
  std::vector<std::string> targets = {};
  /// Whose request it is, where an open route finds that out itself; believed if it succeeds.
  std::string principal = {};
};

/// What became of a request, for logs and metrics.
struct RequestSummary {
  const Request& request;
  std::string_view route;  ///< "/records/{_id}", or "" where there is no such route.
  /// Whether the route knows all parameters of the query. Where it does not, they may be anything,
  /// also a secret that was sent to the wrong place.
  bool query_known = false;
  int status = 0;
  std::size_t response_bytes = 0;  ///< Of the body, before compression; 0 where it is streamed.
  std::chrono::steady_clock::duration latency{};
  std::string_view principal;           ///< Empty where nobody was recognised.
  std::string_view claimed = {};        ///< Whom a request named that was refused: not believed.
  Access access = Access::open;         ///< What the route asks for.
  std::optional<ErrorCode> error = {};  ///< Where it failed as a whole.
  const Effect* effect = nullptr;       ///< Null where no route was reached.
};

/// Is told of every request that was answered. Thread-safe; called on the answering thread, before
/// the answer goes out.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  virtual void answered(const RequestSummary& summary) = 0;
};

}  // namespace dropzone::http
