#include <dropzone/http/rest/api.h>

#include <dropzone/http/message/exception_text.h>
#include <dropzone/http/message/problem.h>
#include <dropzone/http/message/trace_context.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "message/protection.h"
#include "message/request_account.h"
#include "rest/acceptable.h"
#include "rest/answers.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/router.h"
#include "rest/routes.h"
#include "rest/unpack.h"

namespace dropzone::http {
namespace {

using std::chrono::steady_clock;

// A write must have begun so long before the server answers 503 in its place, so that nothing is
// committed after that.
constexpr std::chrono::seconds kCommitMargin{2};

constexpr std::size_t kShortBody = 16'384;

// A shorter answer is charged where it has to wait for its client, not before.
constexpr std::size_t kShortAnswer = std::size_t{64} << 10;

/// A request on its way, with all that is needed to answer and report it.
struct Exchange {
  Request request;
  Responder respond;
  const Route* route = nullptr;
  std::vector<std::string> captures;
  bool query_known = false;
  Principal principal;
  std::optional<RateDecision> rate;  ///< Where it is limited, and the principal is known.
  Effect effect;
  std::optional<Error> error;  ///< Where it failed as a whole.
  RequestsUnderWay::Entry under_way;
};

bool has_token(const Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto authorization = request.headers.find("Authorization").value_or("");
  return equals_ignoring_case(authorization.substr(0, kBearer.size()), kBearer);
}

/// Whether a script of a page asks, by what browsers say of each request (Fetch Metadata). For a
/// challenge of the Basic scheme the browser would open its own dialogue and let the script wait.
bool is_asked_by_script(const Request& request) {
  const auto mode = request.headers.find("Sec-Fetch-Mode");
  return mode && *mode != "navigate";
}

/// As RFC 6750 has it, what was wrong is said only when a token was sent.
void challenge(Headers& headers, int status, const Request& request) {
  const std::string bearer = "Bearer realm=\"Data Dropzone\"";
  if (status == 401) {
    if (!is_asked_by_script(request)) {
      headers.set("WWW-Authenticate", "Basic realm=\"Data Dropzone\", charset=\"UTF-8\"");
    }
    headers.add("WWW-Authenticate",
                has_token(request) ? bearer + ", error=\"invalid_token\"" : bearer);
  } else if (status == 403 && has_token(request)) {
    headers.set("WWW-Authenticate", bearer + ", error=\"insufficient_scope\"");
  }
}

/// What the route would have taken, for a client that can send it.
void name_what_is_taken(Headers& headers, ErrorCode code, const Route* route) {
  if (code == ErrorCode::unsupported_encoding) {
    headers.set("Accept-Encoding", kPackings);
  } else if (code == ErrorCode::unsupported_media_type && route) {
    headers.set("Accept", accepted_types(route->body));
    if (route->method == Method::patch) headers.set("Accept-Patch", accepted_types(route->body));
  }
}

Error not_acceptable(std::span<const std::string_view> types) {
  return {ErrorCode::not_acceptable,
          "The answer would be " + std::string(types.front()) +
              ", which the request's Accept does not take; add that type to it, or */*."};
}

/// The problem that the first of these faults is; all of them are named where there are several.
Response problem_of(std::span<const Error> faults, const Request& request,
                    const Route* route = nullptr) {
  const Error& error = faults.front();
  Response response = problem_response(error, request.request_id, request.raw_path,
                                       faults.size() > 1 ? errors_member(faults) : std::string());
  challenge(response.headers, response.status, request);
  name_what_is_taken(response.headers, error.code, route);
  return response;
}

Response problem_of(const Error& error, const Request& request) {
  return problem_of(std::span(&error, 1), request);
}

CallOptions options_of(const Request& request) {
  CallOptions options;
  if (request.deadline != kNoDeadline) options.deadline = request.deadline - kCommitMargin;
  const auto trace = trace_context_of(request.headers);
  if (trace) options.traceparent = to_traceparent(*trace);
  options.stop = request.stop;
  options.memory = request.memory;
  return options;
}

Call call_of(Exchange& exchange) {
  return {.request = exchange.request,
          .captures = exchange.captures,
          .principal = exchange.principal,
          .permission = exchange.route->permission,
          .options = options_of(exchange.request),
          .effect = exchange.effect};
}

/// A request that is answered later. Its place bounds how many there are, and makes the workers'
/// stop() wait for it.
struct PendingAnswer {
  PendingAnswer(Exchange&& pending, WorkerPool::Place reserved)
      : place(std::move(reserved)), exchange(std::move(pending)), call(call_of(exchange)) {}
  WorkerPool::Place place;  // First: given back once the others are gone.
  Exchange exchange;
  Call call;
};

/// Whether it takes no longer to look at than a short read.
bool is_short(const Request& request) {
  return request.body.size() <= kShortBody && !request.headers.contains("Content-Encoding");
}

/// The pull of a streamed answer, which keeps its request under way until it ends.
BodyStream::Pull held_under_way(Exchange& exchange, Response& response) {
  auto entry = std::make_shared<RequestsUnderWay::Entry>(std::move(exchange.under_way));
  return [pull = std::move(response.stream.pull), entry](std::string& chunk) {
    entry->is_here();
    return pull(chunk);
  };
}
/// What becomes of a request whose answer there is no memory for.
Error unanswerable(const Route* route) {
  const Permission permission = route ? route->permission : Permission::open;
  if (permission != Permission::write && permission != Permission::remove &&
      permission != Permission::admin) {
    return {ErrorCode::overloaded,
            "There is no memory for the answer just now; repeat the request a little later."};
  }
  return {
      ErrorCode::outcome_unknown,
      "What was asked for is done, but there is no memory for the answer that tells of it. Look "
      "at the records, or ask for a shorter answer next time."};
}

Error overloaded() {
  return {ErrorCode::overloaded, "All workers are busy; repeat the request a little later."};
}

}  // namespace

class Api::Impl {
 public:
  Impl(Services services, ApiOptions options)
      : services_(services),
        options_(std::move(options)),
        router_(all_routes({.zone = services_.zone,
                            .cursors = services_.cursors,
                            .workers = services_.workers,
                            .metrics = services_.metrics,
                            .keys = services_.keys,
                            .tokens = services_.tokens,
                            .steps = services_.steps,
                            .stopping = stopping_,
                            .options = options_})) {}

  void handle(Request request, Responder respond) {
    Exchange exchange{.request = std::move(request),
                      .respond = std::move(respond),
                      .route = nullptr,
                      .captures = {},
                      .query_known = false,
                      .principal = {},
                      .rate = {},
                      .effect = {},
                      .error = {},
                      .under_way = {}};
    guarded(exchange, [&] { begin(std::move(exchange)); });
  }

  void announce_shutdown() noexcept { stopping_.store(true, std::memory_order_relaxed); }

 private:
  /// Runs a step of a request. What it throws becomes the answer, where none is given and nobody
  /// else owes it.
  template <typename Step>
  void guarded(Exchange& exchange, Step step) {
    try {
      step();
    } catch (...) {
      if (!exchange.respond) throw;
      conclude(std::move(exchange), internal_failure(exception_text()));
    }
  }

  void begin(Exchange&& exchange) {
    Router::Match match = router_.find(exchange.request);
    if (!match.route) {
      answer_without_route(std::move(exchange), match.allow);
      return;
    }
    exchange.route = match.route;
    exchange.captures = std::move(match.captures);
    if (services_.under_way) enter(exchange);
    if (const auto faults = parameter_faults(exchange.request, *exchange.route); !faults.empty()) {
      refuse(std::move(exchange), faults);
      return;
    }
    exchange.query_known = true;
    if (const auto types = exchange.route->produces;
        !types.empty() && !acceptable_type(exchange.request.headers, types)) {
      refuse(std::move(exchange), not_acceptable(types));
      return;
    }
    authenticate(std::move(exchange));
  }

  void enter(Exchange& exchange) {
    const Request& request = exchange.request;
    exchange.under_way = services_.under_way->enter({.id = request.request_id,
                                                     .method = request.method_text,
                                                     .route = exchange.route->pattern,
                                                     .address = request.remote_address});
  }

  void answer_without_route(Exchange&& exchange, const std::string& allow) {
    Response response;
    if (allow.empty()) {
      response = problem_of(no_such_path(exchange.request), exchange.request);
    } else if (exchange.request.method == Method::options) {
      response.status = 204;
    } else {
      response = problem_of(
          {ErrorCode::method_not_allowed,
           "This path has no method " + exchange.request.method_text + "; it has " + allow + "."},
          exchange.request);
    }
    if (!allow.empty()) response.headers.set("Allow", allow);
    if (allow.find("PATCH") != allow.npos) {
      response.headers.set("Accept-Patch", accepted_types(BodyType::merge_patch));
    }
    finish(std::move(exchange), std::move(response));
  }

  [[nodiscard]] Error no_such_path(const Request& request) const {
    std::string detail = "There is no such path.";
    const std::string_view nearest = router_.nearest_pattern(request);
    if (!nearest.empty()) detail.append(" Did you mean \"").append(nearest).append("\"?");
    return {ErrorCode::not_found, detail + " See \"/swagger\"."};
  }

  void authenticate(Exchange&& exchange) {
    if (exchange.route->permission == Permission::open) {
      proceed(std::move(exchange), false);
      return;
    }
    auto recognised = services_.authenticator.recognise(exchange.request);
    if (recognised) {
      admit(std::move(exchange), *std::move(recognised), false);
      return;
    }
    on_worker(std::move(exchange), [this](Exchange&& work) {
      auto principal = services_.authenticator.authenticate(work.request);
      admit(std::move(work), std::move(principal), true);
    });
  }

  void admit(Exchange&& exchange, Result<Principal> principal, bool on_worker_already) {
    if (!principal) {
      refuse(std::move(exchange), principal.error());
      return;
    }
    exchange.principal = *std::move(principal);
    exchange.under_way.set_principal(exchange.principal.name);
    if (services_.limiter) {
      exchange.rate = services_.limiter->spend(exchange.principal.name, steady_clock::now());
      if (!exchange.rate->allowed) {
        const Error error = services_.limiter->refusal(*exchange.rate);
        refuse(std::move(exchange), error);
        return;
      }
    }
    // Before its body is looked at; the kind itself is checked once it is known.
    const auto allowed = permit(exchange.principal.grants, *exchange.route);
    if (!allowed) {
      refuse(std::move(exchange), allowed.error());
    } else {
      proceed(std::move(exchange), on_worker_already);
    }
  }

  void proceed(Exchange&& exchange, bool on_worker_already) {
    if (exchange.request.body_follows && exchange.route->check_head) {
      ask_for_body(std::move(exchange));
    } else if (on_worker_already) {
      answer(std::move(exchange));
    } else {
      dispatch(std::move(exchange));
    }
  }

  /// Refuses what can be refused already; else goes on once the body is here.
  void ask_for_body(Exchange&& exchange) {
    Call call = call_of(exchange);
    if (auto fine = exchange.route->check_head(call); !fine) {
      refuse(std::move(exchange), fine.error());
      return;
    }
    const std::size_t limit = std::min(options_.max_body, exchange.route->max_body);
    const auto waiting = std::make_shared<Exchange>(std::move(exchange));
    waiting->respond.read_body(limit, [this, waiting](ReceivedBody body) {
      waiting->request.body = std::move(body.text);
      waiting->request.body_follows = false;
      waiting->request.deadline = body.deadline;
      waiting->under_way.is_here();
      guarded(*waiting, [&] { dispatch(std::move(*waiting)); });
    });
  }

  void dispatch(Exchange&& exchange) {
    const Execution execution = exchange.route->execution;
    if (execution == Execution::on_io_thread) {
      answer(std::move(exchange));
      return;
    }
    if (execution == Execution::short_read && options_.local_store) {
      answer_at_once(std::move(exchange));
      return;
    }
    if (execution == Execution::short_write && options_.local_store && is_short(exchange.request)) {
      answer_later(std::move(exchange));
      return;
    }
    on_worker(std::move(exchange), [this](Exchange&& work) { answer(std::move(work)); });
  }

  template <typename Work>
  void on_worker(Exchange&& exchange, Work work) {
    auto place = services_.workers.try_reserve();
    if (!place) {
      refuse(std::move(exchange), overloaded());
      return;
    }
    std::move(*place).run([this, exchange = std::move(exchange), work]() mutable {
      // Nobody waits any more: a write that has not begun need not begin.
      if (exchange.respond.client_gone()) return;
      exchange.under_way.is_here();
      guarded(exchange, [&] {
        if (exchange.request.stop.stop_requested()) {
          refuse(std::move(exchange), too_late());
        } else {
          work(std::move(exchange));
        }
      });
    });
  }

  void answer(Exchange&& exchange) {
    auto response = [&] {
      Call call = call_of(exchange);
      return exchange.route->answer(call);
    }();
    conclude(std::move(exchange), std::move(response));
  }

  /// On this thread where that needs no waiting, else on a worker.
  void answer_at_once(Exchange&& exchange) {
    auto response = [&] {
      Call call = call_of(exchange);
      call.options.may_wait = false;
      auto answered = exchange.route->answer(call);
      exchange.captures = std::move(call.captures);
      return answered;
    }();
    if (response || response.error().code != ErrorCode::unavailable) {
      conclude(std::move(exchange), std::move(response));
      return;
    }
    exchange.effect = {};
    on_worker(std::move(exchange), [this](Exchange&& work) { answer(std::move(work)); });
  }

  void answer_later(Exchange&& exchange) {
    auto place = services_.workers.try_reserve();
    if (!place) {
      refuse(std::move(exchange), overloaded());
      return;
    }
    const auto pending = std::make_shared<PendingAnswer>(std::move(exchange), *std::move(place));
    guarded(pending->exchange, [&] {
      pending->exchange.route->answer_later(pending->call, [this, pending](auto response) {
        guarded(pending->exchange,
                [&] { conclude(std::move(pending->exchange), std::move(response)); });
      });
    });
  }

  void conclude(Exchange&& exchange, Result<Response> response) {
    if (response) {
      finish(std::move(exchange), *std::move(response));
    } else {
      refuse(std::move(exchange), response.error());
    }
  }

  void refuse(Exchange&& exchange, const Error& error) {
    refuse(std::move(exchange), std::span(&error, 1));
  }

  void refuse(Exchange&& exchange, std::span<const Error> faults) {
    exchange.error = faults.front();
    Response response = problem_of(faults, exchange.request, exchange.route);
    finish(std::move(exchange), std::move(response));
  }

  void finish(Exchange&& exchange, Response response) {
    charge_answer(exchange, response);
    protect(response.headers);
    if (exchange.rate) services_.limiter->add_fields(response.headers, *exchange.rate);
    if (services_.observer) report(exchange, response);
    if (response.stream.pull) response.stream.pull = held_under_way(exchange, response);
    exchange.respond(std::move(response));
  }

  /// What the request holds is given back, and its answer has an account of its own, until it is
  /// sent.
  static void charge_answer(Exchange& exchange, Response& response) {
    Request& request = exchange.request;
    request.body = std::string();
    request.memory.reset();
    const bool streams = response.stream.pull != nullptr;
    if (!request.budget || response.memory || (!streams && response.body.size() <= kShortAnswer)) {
      return;
    }
    response.memory = account_of(request.budget);
    if (response.memory->charge(streams ? kStreamMemory : response.body.size())) return;
    const Error error = unanswerable(exchange.route);
    exchange.error = error;
    response = problem_of(error, request);
  }

  void report(const Exchange& exchange, const Response& response) {
    const Route* const route = exchange.route;
    std::string named;
    std::string_view principal = exchange.principal.name;
    std::string_view claimed;
    if (route && principal.empty()) {
      const bool open = route->permission == Permission::open;
      named = open ? exchange.effect.principal : services_.authenticator.claimed(exchange.request);
      (open && response.status < 400 ? principal : claimed) = named;
    }
    services_.observer->answered({.request = exchange.request,
                                  .route = route ? route->pattern : std::string_view(),
                                  .query_known = exchange.query_known,
                                  .status = response.status,
                                  .response_bytes = response.body.size(),
                                  .latency = steady_clock::now() - exchange.request.received_at,
                                  .principal = principal,
                                  .claimed = claimed,
                                  .permission = route ? route->permission : Permission::open,
                                  .error = exchange.error ? &*exchange.error : nullptr,
                                  .effect = route ? &exchange.effect : nullptr});
  }

  Services services_;
  ApiOptions options_;
  std::atomic<bool> stopping_{false};
  Router router_;
};

Api::Api(Services services, ApiOptions options)
    : impl_(std::make_unique<Impl>(services, std::move(options))) {}

Api::~Api() = default;

void Api::handle(Request request, Responder respond) {
  impl_->handle(std::move(request), std::move(respond));
}

void Api::announce_shutdown() noexcept { impl_->announce_shutdown(); }

}  // namespace dropzone::http
