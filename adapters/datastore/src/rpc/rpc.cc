#include "rpc/rpc.h"

#include <array>

namespace dropzone::datastore {
namespace {

constexpr std::array<std::string_view, 17> kNames{
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

constexpr std::string_view kIndexAdvice =
    " Add the index to deploy/index.yaml and create it by "
    "`gcloud datastore indexes create deploy/index.yaml`.";

bool names_an_index(std::string_view message) noexcept {
  return message.find("index") != message.npos;
}

Error failed_precondition(const std::string& message) {
  if (!names_an_index(message))
    return {ErrorCode::unavailable, "Datastore refused the call; the log says why."};
  return {ErrorCode::index_required, "This query needs an index that the store does not have: " +
                                         message + std::string(kIndexAdvice)};
}

// What passes by itself: Google's INTERNAL and UNKNOWN, and what proxies say in its place, too.
Error away(const RpcReply& reply) {
  Error error{ErrorCode::unavailable, "Datastore cannot be reached now; repeat a little later."};
  if (reply.retry_after) {
    error.retry_after =
        static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*reply.retry_after).count());
  }
  return error;
}

}  // namespace

std::string_view status_name(RpcStatus status) noexcept {
  return kNames[static_cast<std::size_t>(status)];
}

RpcStatus find_status(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<RpcStatus>(i);
  }
  return RpcStatus::unknown;
}

bool is_size_fault(const RpcReply& reply) noexcept {
  if (reply.status != RpcStatus::resource_exhausted &&
      reply.status != RpcStatus::invalid_argument) {
    return false;
  }
  for (const std::string_view sign : {"maximum size", "larger than max", "too large", "too big",
                                      "maximum entity size", "longer than"}) {
    if (reply.message.find(sign) != std::string::npos) return true;
  }
  return false;
}

// "Transaction is invalid or closed.", "The referenced transaction has expired or is no longer
// valid."
bool is_transaction_over(const RpcReply& reply) noexcept {
  return reply.status == RpcStatus::invalid_argument && !is_size_fault(reply) &&
         reply.message.find("ransaction") != std::string::npos;
}

bool is_unacceptable(const RpcReply& reply) noexcept {
  return is_size_fault(reply) ||
         (reply.status == RpcStatus::invalid_argument && !is_transaction_over(reply));
}

namespace {

Error unacceptable(const RpcReply& reply) {
  return {is_size_fault(reply) ? ErrorCode::record_too_large : ErrorCode::invalid_request,
          "Datastore does not take what the request has in it: " + reply.message};
}

Error meaning_of(const RpcReply& reply) {
  if (reply.no_memory) return no_memory_left();
  if (is_unacceptable(reply)) return unacceptable(reply);
  switch (reply.status) {
    case RpcStatus::failed_precondition: return failed_precondition(reply.message);
    case RpcStatus::deadline_exceeded:
      return {ErrorCode::deadline_exceeded,
              "Datastore did not answer in time. Look before a write is repeated."};
    case RpcStatus::invalid_argument:  // Its transaction was over.
    case RpcStatus::aborted: return written_by_others();
    case RpcStatus::cancelled: return deadline_exceeded();
    case RpcStatus::unavailable:
    case RpcStatus::resource_exhausted:
    case RpcStatus::internal:
    case RpcStatus::unknown: return away(reply);
    case RpcStatus::unauthenticated:
    case RpcStatus::permission_denied:
      return {ErrorCode::unavailable,
              "Datastore refuses this server's credentials; its operator must look."};
    case RpcStatus::not_found:
      return {ErrorCode::unavailable,
              "The Datastore database does not exist; the server's operator must look."};
    case RpcStatus::data_loss: return {ErrorCode::store_corrupt, "Datastore reports lost data."};
    default:
      return {ErrorCode::internal, "Datastore failed with " +
                                       std::string(status_name(reply.status)) +
                                       "; the log says why."};
  }
}

Error with_cause(Error error, const RpcReply& reply) {
  error.cause = status_name(reply.status);
  if (!reply.message.empty()) error.cause.append(": ").append(reply.message);
  return error;
}

}  // namespace

Error to_error(const RpcReply& reply) { return with_cause(meaning_of(reply), reply); }

Error to_query_error(const RpcReply& reply) {
  if (!is_unacceptable(reply)) return to_error(reply);
  return with_cause(
      {ErrorCode::unsupported_query,
       "Datastore cannot answer this query: " + reply.message + " Ask for less in one filter."},
      reply);
}

Error written_by_others() {
  return {ErrorCode::unavailable,
          "Too many clients write the same records just now; repeat a little later."};
}

Error outcome_unknown(const RpcReply& reply) { return with_cause(outcome_unknown(Error()), reply); }

Error outcome_unknown(Error cause) {
  Error error{ErrorCode::outcome_unknown,
              "Datastore failed while the request was being carried out, which may be done in part "
              "or as a whole: look, or repeat it with the same ids."};
  error.cause = std::move(cause.cause);
  return error;
}

}  // namespace dropzone::datastore
