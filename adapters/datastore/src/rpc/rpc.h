#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/store/record_repository.h>

#include "rpc/json_document.h"

namespace dropzone::datastore {

/// Google's canonical codes.
enum class RpcStatus : std::uint8_t {
  ok,
  cancelled,
  unknown,
  invalid_argument,
  deadline_exceeded,
  not_found,
  already_exists,
  permission_denied,
  resource_exhausted,
  failed_precondition,
  aborted,
  out_of_range,
  unimplemented,
  internal,
  unavailable,
  data_loss,
  unauthenticated,
};

/// "OK", "ALREADY_EXISTS"…
[[nodiscard]] std::string_view status_name(RpcStatus status) noexcept;
/// `unknown` for an unknown name.
[[nodiscard]] RpcStatus find_status(std::string_view name) noexcept;

struct RpcRequest {
  std::string_view method;  ///< "lookup", "commit"… Static text.
  std::string_view body;    ///< JSON; the caller keeps it alive.
  CallOptions call = {};
  /// Whether it may be sent again though it may have been carried out. Calls within a transaction
  /// may not: the transaction is started again.
  bool repeatable = true;
  /// Says what an answer lacks; an empty text if it is complete. An answer that is not is no
  /// answer: `unavailable`.
  std::function<std::string(const JsonNode& answer)> fault = {};
};

struct RpcReply {
  RpcStatus status = RpcStatus::ok;
  std::string message;             ///< If not ok.
  JsonDocument document;           ///< If ok: the answer, an object.
  std::size_t bytes = 0;           ///< If ok: of the answer's text.
  MemoryHold hold = MemoryHold();  ///< For the document, and what is made of it.
  bool no_memory = false;          ///< The request's account had no room for the answer.
  /// Whether the call may have been carried out though it failed.
  bool maybe_done = false;
  /// How long the server asks to be left alone, if it does.
  std::optional<std::chrono::milliseconds> retry_after = std::nullopt;

  [[nodiscard]] bool ok() const noexcept { return status == RpcStatus::ok; }
};

/// Carries out calls of Datastore's API. Thread-safe; blocks until the answer or the deadline. A
/// call that failed may have been carried out.
class RpcChannel {
 public:
  virtual ~RpcChannel() = default;
  virtual RpcReply call(const RpcRequest& request) = 0;
};

/// Whether the answer was larger than is taken, or than the request has room for: one of fewer
/// entities may not be.
[[nodiscard]] inline bool is_answer_too_large(const RpcReply& reply) noexcept {
  return reply.status == RpcStatus::out_of_range || reply.no_memory;
}

/// Whether a failure means that the message was too large: it would be so again.
[[nodiscard]] bool is_size_fault(const RpcReply& reply) noexcept;

/// Whether the call came too late for the transaction that it names: that is closed, or has
/// expired.
[[nodiscard]] bool is_transaction_over(const RpcReply& reply) noexcept;

/// Whether Datastore refuses a call for what is in it: it would refuse it again.
[[nodiscard]] bool is_unacceptable(const RpcReply& reply) noexcept;

/// The port's error for a failure that concerns a whole call.
[[nodiscard]] Error to_error(const RpcReply& reply);

/// The same for a query: what Datastore refuses is a query that it cannot answer.
[[nodiscard]] Error to_query_error(const RpcReply& reply);

/// The port's error for a write that lost against others until its time was up.
[[nodiscard]] Error written_by_others();

/// The port's error for a write that may have been done, as a whole or in part, with why no more is
/// known of it.
[[nodiscard]] Error outcome_unknown(const RpcReply& reply);
[[nodiscard]] Error outcome_unknown(Error cause);

}  // namespace dropzone::datastore
