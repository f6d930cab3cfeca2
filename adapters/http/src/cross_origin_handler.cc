#include <dropzone/http/cross_origin_handler.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace dropzone::http {
namespace {

constexpr std::string_view kMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
constexpr std::string_view kRequestHeaders =
    "Authorization, Content-Encoding, Content-Type, If-Match, If-None-Match, X-API-Key, "
    "X-Cloud-Trace-Context, X-Request-Id, traceparent, tracestate";
constexpr std::string_view kAnswerHeaders =
    "Allow, ETag, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id";
constexpr std::string_view kSecondsToRemember = "600";

Response preflight_answer(std::string_view origin) {
  Response response;
  response.status = 204;
  response.headers.set("Vary", "Origin");
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Allow-Methods", kMethods);
  response.headers.set("Access-Control-Allow-Headers", kRequestHeaders);
  response.headers.set("Access-Control-Max-Age", kSecondsToRemember);
  return response;
}

/// Passes one answer on, with the headers that let a page of the origin see it; without an origin
/// it only says that others may get another answer, so that no cache mixes them up.
class AllowingSink final : public ReplySink {
 public:
  AllowingSink(Responder respond, std::string origin)
      : respond_(std::move(respond)), origin_(std::move(origin)) {}

  void reply(std::uint64_t, Response response) override {
    response.headers.add("Vary", "Origin");
    if (!origin_.empty()) {
      response.headers.set("Access-Control-Allow-Origin", origin_);
      response.headers.set("Access-Control-Expose-Headers", kAnswerHeaders);
    }
    respond_(std::move(response));
  }
  void abandon(std::uint64_t) override { const Responder dropped = std::move(respond_); }
  [[nodiscard]] bool client_gone(std::uint64_t) const noexcept override {
    return respond_.client_gone();
  }

 private:
  Responder respond_;
  const std::string origin_;
};

bool is_preflight(const Request& request) {
  return request.method == Method::options &&
         request.headers.contains("Access-Control-Request-Method");
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

bool CrossOriginHandler::allows(std::string_view origin) const {
  return std::ranges::find(origins_, origin) != origins_.end();
}

void CrossOriginHandler::handle(Request request, Responder respond) {
  if (origins_.empty()) {
    inner_.handle(std::move(request), std::move(respond));
    return;
  }
  const auto sent = request.headers.find("Origin");
  const std::string origin(sent && allows(*sent) ? *sent : std::string_view());
  if (!origin.empty() && is_preflight(request)) {
    respond(preflight_answer(origin));
    return;
  }
  auto sink = std::make_shared<AllowingSink>(std::move(respond), origin);
  inner_.handle(std::move(request), Responder(std::move(sink), 0));
}

}  // namespace dropzone::http
