#include "rest_channel.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace dropzone::datastore {
namespace {

RpcReply failure(RpcStatus status, std::string message) {
  RpcReply reply;
  reply.status = status;
  reply.message = std::move(message);
  return reply;
}

RpcReply fault_reply(const HttpResponse& response) {
  switch (response.fault) {
    case HttpFault::timed_out: return failure(RpcStatus::deadline_exceeded, response.fault_detail);
    case HttpFault::too_large: return failure(RpcStatus::internal, "the answer is too large");
    default: return failure(RpcStatus::unavailable, response.fault_detail);
  }
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
    case 502:
    case 503:
    case 504: return RpcStatus::unavailable;
    default: return RpcStatus::unknown;
  }
}

std::optional<std::chrono::milliseconds> retry_after(const HttpResponse& response) {
  const std::string_view text = response.header("retry-after");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || seconds < 0) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds);
}

RpcReply error_reply(const HttpResponse& response) {
  RpcReply reply = failure(status_of(response.status), "HTTP " + std::to_string(response.status));
  if (const auto document = JsonDocument::parse_object(response.body)) {
    if (const JsonNode* const error = member(document->root(), "error")) {
      const std::string_view name = text_member(*error, "status");
      if (!name.empty()) reply.status = find_status(name);
      const std::string_view message = text_member(*error, "message");
      if (!message.empty()) reply.message = message;
    }
  }
  reply.retry_after = retry_after(response);
  return reply;
}

RpcReply reply_of(HttpResponse response) {
  if (response.fault != HttpFault::none) return fault_reply(response);
  if (response.status != 200) return error_reply(response);
  auto document = JsonDocument::parse_object(std::move(response.body));
  // Something on the way answered in Datastore's place, or the answer was cut.
  if (!document) return failure(RpcStatus::unavailable, "the answer is no JSON object");
  RpcReply reply;
  reply.document = *std::move(document);
  return reply;
}

RpcReply no_token_reply(const Error& error) {
  return failure(error.code == ErrorCode::deadline_exceeded ? RpcStatus::deadline_exceeded
                 : error.code == ErrorCode::unavailable     ? RpcStatus::unavailable
                                                            : RpcStatus::unauthenticated,
                 error.detail);
}

}  // namespace

RestChannel::RestChannel(HttpTransport& transport, TokenSource* tokens,
                         const RestEndpoint& endpoint)
    : transport_(transport),
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
  const Deadline deadline =
      std::min(request.call.deadline, std::chrono::steady_clock::now() + attempt_timeout_);
  if (!tokens_) return attempt(request, deadline, {});
  // The second time with a new token, where the first was refused.
  for (bool again = false;; again = true) {
    const auto token = tokens_->token(deadline);
    if (!token) return no_token_reply(token.error());
    RpcReply reply = attempt(request, deadline, *token);
    if (reply.status != RpcStatus::unauthenticated || again) return reply;
    tokens_->refuse(*token);
  }
}

RpcReply RestChannel::attempt(const RpcRequest& request, Deadline deadline,
                              const std::string& token) {
  HttpRequest http;
  http.url = base_url_;
  http.url += request.method;
  http.headers = headers_;
  if (!token.empty()) http.headers.push_back("Authorization: Bearer " + token);
  if (const auto& trace = request.call.traceparent; !trace.empty()) {
    http.headers.push_back("traceparent: " + trace);
  }
  http.body = request.body;
  http.deadline = deadline;
  return reply_of(transport_.send(http));
}

}  // namespace dropzone::datastore
