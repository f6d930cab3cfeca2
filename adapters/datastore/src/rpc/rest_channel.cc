#include "rpc/rest_channel.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <dropzone/curl/http_client.h>

namespace dropzone::datastore {
namespace {

RpcReply failure(RpcStatus status, std::string message) {
  RpcReply reply;
  reply.status = status;
  reply.message = std::move(message);
  return reply;
}

RpcStatus status_of(curl::HttpFault fault) {
  switch (fault) {
    case curl::HttpFault::timed_out: return RpcStatus::deadline_exceeded;
    case curl::HttpFault::cancelled: return RpcStatus::cancelled;
    case curl::HttpFault::too_large: return RpcStatus::out_of_range;
    case curl::HttpFault::no_memory: return RpcStatus::resource_exhausted;
    default: return RpcStatus::unavailable;
  }
}

RpcReply fault_reply(const curl::HttpResponse& response) {
  RpcReply reply = failure(status_of(response.fault), response.fault_detail);
  reply.no_memory = response.fault == curl::HttpFault::no_memory;
  reply.maybe_done = response.fault != curl::HttpFault::not_connected;
  return reply;
}

// For answers of proxies and load balancers, which have no status of Google's.
RpcStatus status_of(int http_status) {
  switch (http_status) {
    case 401: return RpcStatus::unauthenticated;
    case 403: return RpcStatus::permission_denied;
    case 404: return RpcStatus::not_found;
    case 408: return RpcStatus::unavailable;
    case 413: return RpcStatus::invalid_argument;
    case 429: return RpcStatus::resource_exhausted;
    case 500: return RpcStatus::internal;
    default: return RpcStatus::unavailable;
  }
}

std::optional<std::chrono::milliseconds> retry_after(const curl::HttpResponse& response) {
  const std::string_view text = response.header("retry-after");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || seconds < 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

// Statuses by which Datastore says that it did nothing.
bool says_not_done(RpcStatus status) {
  switch (status) {
    case RpcStatus::invalid_argument:
    case RpcStatus::not_found:
    case RpcStatus::already_exists:
    case RpcStatus::permission_denied:
    case RpcStatus::resource_exhausted:
    case RpcStatus::failed_precondition:
    case RpcStatus::aborted:
    case RpcStatus::unimplemented:
    case RpcStatus::unauthenticated: return true;
    default: return false;
  }
}

RpcReply error_reply(const curl::HttpResponse& response, const JsonNode* error) {
  RpcReply reply = failure(status_of(response.status), "HTTP " + std::to_string(response.status));
  if (error) {
    const std::string_view name = text_member(*error, "status");
    if (!name.empty()) reply.status = find_status(name);
    const std::string_view message = text_member(*error, "message");
    if (!message.empty()) reply.message = message;
  }
  reply.maybe_done = !says_not_done(reply.status);
  reply.retry_after = retry_after(response);
  return reply;
}

RpcReply broken_answer(std::string message) {
  RpcReply reply = failure(RpcStatus::unavailable, std::move(message));
  reply.maybe_done = true;
  return reply;
}

// An answer is used if it is whole: something on the way may have answered in Datastore's
// place, or cut it.
RpcReply reply_of(const RpcRequest& request, curl::HttpResponse response) {
  if (response.fault != curl::HttpFault::none) return fault_reply(response);
  const std::size_t bytes = response.body.size();
  auto document = JsonDocument::parse_object(std::move(response.body));
  const JsonNode* const error = document ? member(document->root(), "error") : nullptr;
  if (response.status != 200 || error) return error_reply(response, error);
  if (!document) return broken_answer("the answer is not a JSON object");
  if (auto fault = request.fault ? request.fault(document->root()) : std::string();
      !fault.empty()) {
    return broken_answer("the answer is incomplete: " + std::move(fault));
  }
  RpcReply reply;
  reply.document = *std::move(document);
  reply.bytes = bytes;
  reply.hold = std::move(response.hold);
  return reply;
}

RpcReply no_token_reply(const Error& error) {
  return failure(error.code == ErrorCode::deadline_exceeded ? RpcStatus::deadline_exceeded
                 : error.code == ErrorCode::unavailable     ? RpcStatus::unavailable
                                                            : RpcStatus::unauthenticated,
                 error.detail);
}

}  // namespace

RestChannel::RestChannel(curl::HttpClient& client, google_auth::TokenSource* tokens,
                         const RestEndpoint& endpoint)
    : client_(client),
      tokens_(tokens),
      base_url_(endpoint.base + "/v1/projects/" + endpoint.project + ":"),
      attempt_timeout_(endpoint.attempt_timeout) {
  headers_ = {"Content-Type: application/json", "Accept: application/json",
              "X-Goog-Api-Client: dropzone",
              // Named databases are found by this header.
              "X-Goog-Request-Params: project_id=" + endpoint.project +
                  "&database_id=" + endpoint.database};
  if (tokens_ && !tokens_->quota_project().empty()) {
    headers_.push_back("X-Goog-User-Project: " + tokens_->quota_project());
  }
}

RpcReply RestChannel::call(const RpcRequest& request) {
  CallOptions call = request.call;
  call.deadline = std::min(call.deadline, std::chrono::steady_clock::now() + attempt_timeout_);
  if (!tokens_) return attempt(request, call.deadline, {});
  // The second time with a new token, if the first was refused.
  for (bool again = false;; again = true) {
    const auto token = tokens_->token(call);
    if (!token) return no_token_reply(token.error());
    RpcReply reply = attempt(request, call.deadline, *token);
    if (reply.status != RpcStatus::unauthenticated || again) return reply;
    tokens_->refuse(*token);
  }
}

RpcReply RestChannel::attempt(const RpcRequest& request, Deadline deadline,
                              const std::string& token) {
  curl::HttpRequest http;
  http.url = base_url_;
  http.url += request.method;
  http.headers = headers_;
  if (!token.empty()) http.headers.push_back("Authorization: Bearer " + token);
  if (const auto& trace = request.call.traceparent; !trace.empty()) {
    http.headers.push_back("traceparent: " + trace);
  }
  http.body = request.body;
  http.deadline = deadline;
  http.repeatable = request.repeatable;
  http.stop = request.call.stop;
  http.memory = request.call.memory;
  return reply_of(request, client_.send(http));
}

}  // namespace dropzone::datastore
