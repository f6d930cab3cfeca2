#include <dropzone/http/gate/client_address_filter.h>

#include <dropzone/http/gate/cross_origin_handler.h>
#include <dropzone/http/message/problem.h>

#include <algorithm>
#include <string>
#include <utility>

#include "gate/edited_reply.h"

namespace dropzone::http {
namespace {

using std::chrono::steady_clock;

}  // namespace

bool AddressRules::empty() const noexcept {
  return allow.empty() && deny.empty() && proxies.empty();
}

bool AddressRules::admit(const IpAddress& client) const {
  return !contains(deny, client) && (allow.empty() || contains(allow, client));
}

ClientAddressFilter::ClientAddressFilter(Handler& inner, AddressRules rules, RateLimiter* limiter,
                                         RequestObserver* observer, const CrossSiteGuard* pages)
    : inner_(inner),
      rules_(std::move(rules)),
      limiter_(limiter),
      observer_(observer),
      pages_(pages) {}

void ClientAddressFilter::handle(Request&& request, Responder&& respond) {
  const auto foreign = pages_ != nullptr ? pages_->refusal(request) : std::nullopt;
  if (limiter_ == nullptr && rules_.empty() && !foreign) {
    inner_.handle(std::move(request), std::move(respond));
    return;
  }
  // A peer without a readable address is on no list: deny what is not allowed.
  const auto peer = IpAddress::parse(request.remote_address);
  const IpAddress client = client_of(request, peer.value_or(IpAddress()), rules_);
  request.remote_address = client.text();
  if (!rules_.admit(client)) {
    refuse(request, std::move(respond),
           {ErrorCode::forbidden, "Requests from this address are not served."}, nullptr);
    return;
  }
  if (foreign) {
    const auto origin = request.headers.find("Origin").value_or("");
    if (observer_ != nullptr && is_origin(origin)) observer_->page_refused(origin);
    refuse(request, std::move(respond), *foreign, nullptr);
    return;
  }
  if (limiter_ == nullptr) {
    inner_.handle(std::move(request), std::move(respond));
    return;
  }
  const RateDecision decision = limiter_->spend(client.network(), steady_clock::now());
  if (decision.allowed) {
    pass(std::move(request), std::move(respond), decision);
  } else {
    refuse(request, std::move(respond), limiter_->refusal(decision), &decision);
  }
}

void ClientAddressFilter::pass(Request request, Responder respond, const RateDecision& decision) {
  const auto tell_limit = [&limiter = *limiter_, decision](Response& response) {
    limiter.add_fields(response.headers, decision);
  };
  inner_.handle(std::move(request), edited(std::move(respond), tell_limit));
}

void ClientAddressFilter::refuse(const Request& request, Responder respond, const Error& error,
                                 const RateDecision* decision) const {
  Response response = problem_response(error, request.request_id, request.raw_path);
  if (decision != nullptr) {
    limiter_->add_fields(response.headers, *decision);
  }
  if (observer_ != nullptr) {
    observer_->answered({.request = request,
                         .route = {},
                         .status = response.status,
                         .response_bytes = response.body.size(),
                         .latency = steady_clock::now() - request.received_at,
                         .principal = {},
                         .error = &error});
  }
  respond(std::move(response));
}

}  // namespace dropzone::http
