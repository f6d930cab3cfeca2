#include <dropzone/http/gate/cross_origin_handler.h>

#include <algorithm>
#include <utility>

#include "gate/edited_reply.h"

namespace dropzone::http {
namespace {

constexpr std::string_view kMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
constexpr std::string_view kRequestHeaders =
    "Authorization, Content-Encoding, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "X-API-Key, X-Cloud-Trace-Context, X-Request-Id, traceparent, tracestate";
constexpr std::string_view kAnswerHeaders =
    "Accept, Accept-Encoding, Accept-Patch, Allow, Content-Disposition, ETag, "
    "Idempotency-Replayed, Location, "
    "RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Absent-Fields, X-Request-Id, "
    "X-Rounded-Integers";
constexpr std::string_view kSecondsToRemember = "600";

Response preflight_answer() {
  Response response;
  response.status = 204;
  response.headers.set("Access-Control-Allow-Methods", kMethods);
  response.headers.set("Access-Control-Allow-Headers", kRequestHeaders);
  response.headers.set("Access-Control-Max-Age", kSecondsToRemember);
  return response;
}

/// Lets pages of the origin see an answer. Without an origin it only says that others may get
/// another answer, so that no cache mixes them up.
void open_to(std::string_view origin, Headers& answer) {
  answer.add("Vary", "Origin");
  if (origin.empty()) return;
  answer.set("Access-Control-Allow-Origin", origin);
  answer.set("Access-Control-Expose-Headers", kAnswerHeaders);
}

bool is_preflight(const Request& request) {
  return request.method == Method::options &&
         request.headers.contains("Access-Control-Request-Method");
}

/// The origin if it is one of these; else empty.
std::string_view allowed(std::string_view origin, const std::vector<std::string>& origins) {
  return std::ranges::find(origins, origin) != origins.end() ? origin : std::string_view();
}

std::string_view origin_of(const Request& request) {
  return request.headers.find("Origin").value_or("");
}

}  // namespace

bool is_origin(std::string_view text) noexcept {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    const auto rest = text.substr(scheme.size());
    return !rest.empty() && rest.size() <= 260 && !rest.starts_with(':') && !rest.ends_with(':') &&
           rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-:[]_") == rest.npos &&
           !rest.ends_with(scheme == "http://" ? ":80" : ":443");
  }
  return false;
}

void CrossOriginHandler::handle(Request&& request, Responder&& respond) {
  if (origins_.empty()) {
    inner_.handle(std::move(request), std::move(respond));
    return;
  }
  auto open = [origin = std::string(allowed(origin_of(request), origins_))](Response& response) {
    open_to(origin, response.headers);
  };
  inner_.handle(std::move(request), edited(std::move(respond), std::move(open)));
}

void CrossOriginHandler::open_to_pages(std::optional<std::string_view> origin,
                                       Headers& answer) const {
  if (!origins_.empty()) open_to(origin ? allowed(*origin, origins_) : "*", answer);
}

void PreflightHandler::handle(Request&& request, Responder&& respond) {
  if (is_preflight(request)) {
    const auto origin = origin_of(request);
    if (!allowed(origin, origins_).empty()) {
      respond(preflight_answer());
      return;
    }
    if (observer_ && is_origin(origin)) observer_->page_refused(origin);
  }
  inner_.handle(std::move(request), std::move(respond));
}

}  // namespace dropzone::http
