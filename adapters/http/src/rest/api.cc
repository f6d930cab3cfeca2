#include <dropzone/http/rest/api.h>

#include <dropzone/http/message/exception_text.h>
#include <dropzone/http/message/problem.h>
#include <dropzone/http/message/trace_context.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "message/request_account.h"
#include "message/security_headers.h"
#include "rest/acceptable.h"
#include "rest/answers.h"
#include "rest/body.h"
#include "rest/idempotency.h"
#include "rest/parameters.h"
#include "rest/permissions.h"
#include "rest/refusals.h"
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

// A shorter answer is charged when it has to wait for its client, not before.
constexpr std::size_t kShortAnswer = std::size_t{64} << 10;

/// A request on its way, with all that is needed to answer and report it.
struct PendingRequest {
  Request request;
  Responder respond;
  const Route* route = nullptr;
  std::vector<std::string> captures;
  bool query_known = false;
  bool unpacked = false;  ///< Its body.
  Principal principal;
  std::optional<RateDecision> rate;  ///< If it is limited, and the principal is known.
  Effect effect;
  std::optional<Error> error;  ///< If it failed as a whole.
  RequestsUnderWay::Entry under_way;
};

CallOptions options_of(const Request& request, const Principal& principal) {
  CallOptions options;
  options.principal = principal.name;
  if (request.deadline != kNoDeadline) options.deadline = request.deadline - kCommitMargin;
  const auto trace = trace_context_of(request.headers);
  if (trace) options.traceparent = to_traceparent(*trace);
  options.stop = request.stop;
  options.memory = request.memory;
  return options;
}

Call call_of(PendingRequest& pending) {
  return {.request = pending.request,
          .captures = pending.captures,
          .principal = pending.principal,
          .permission = pending.route->permission,
          .options = options_of(pending.request, pending.principal),
          .effect = pending.effect};
}

/// A request that is answered later. Its place bounds how many there are, and makes the workers'
/// stop() wait for it.
struct PendingAnswer {
  PendingAnswer(PendingRequest&& later, WorkerPool::Slot reserved)
      : slot(std::move(reserved)), pending(std::move(later)), call(call_of(pending)) {}
  WorkerPool::Slot slot;  // First: given back once the others are gone.
  PendingRequest pending;
  Call call;
};

/// Whether it takes no longer to look at than a short read.
bool is_short(const Route& route, const Request& request) {
  if (route.reads_first && route.reads_first(request)) return false;
  return request.body.size() <= kShortBody && !request.headers.contains("Content-Encoding") &&
         !request.headers.contains(kIdempotencyKeyHeader);
}

/// The pull of a streamed answer, which keeps its request under way until it ends.
BodyStream::Pull held_under_way(PendingRequest& pending, Response& response) {
  auto entry = std::make_shared<RequestsUnderWay::Entry>(std::move(pending.under_way));
  return [pull = std::move(response.stream.pull), entry](std::string& chunk) {
    entry->is_here();
    return pull(chunk);
  };
}

}  // namespace

class Api::Impl {
 public:
  Impl(Services services, ApiOptions options)
      : services_(services),
        options_(std::move(options)),
        idempotent_(idempotency_ports(services_)),
        router_(all_routes({.zone = services_.zone,
                            .cursors = services_.cursors,
                            .workers = services_.workers,
                            .metrics = services_.metrics,
                            .keys = services_.keys,
                            .tokens = services_.tokens,
                            .steps = services_.steps,
                            .deployments = services_.deployments,
                            .jobs = services_.jobs,
                            .reject_counts = services_.reject_counts,
                            .idempotent = idempotent_,
                            .stopping = stopping_,
                            .options = options_})) {}

  void handle(Request&& request, Responder&& respond) {
    PendingRequest pending{.request = std::move(request),
                           .respond = std::move(respond),
                           .route = nullptr,
                           .captures = {},
                           .query_known = false,
                           .unpacked = false,
                           .principal = {},
                           .rate = {},
                           .effect = {},
                           .error = {},
                           .under_way = {}};
    guarded(pending, [&] { begin(std::move(pending)); });
  }

  void begin_burst() noexcept { services_.zone.repository().begin_reads(); }
  void end_burst() noexcept { services_.zone.repository().end_reads(); }

  void announce_shutdown() noexcept { stopping_.store(true, std::memory_order_relaxed); }

 private:
  /// Runs a step of a request. What it throws becomes the answer, if none is given and nobody
  /// else owes it.
  template <typename Step>
  void guarded(PendingRequest& pending, Step step) {
    try {
      step();
    } catch (...) {
      if (!pending.respond) throw;
      conclude(std::move(pending), internal_failure(exception_text()));
    }
  }

  void begin(PendingRequest&& pending) {
    Router::Match match = router_.find(pending.request);
    if (!match.route) {
      answer_without_route(std::move(pending), match.allow);
      return;
    }
    pending.route = match.route;
    pending.captures = std::move(match.captures);
    if (services_.under_way) enter(pending);
    if (const auto faults = parameter_faults(pending.request, *pending.route); !faults.empty()) {
      refuse(std::move(pending), faults);
      return;
    }
    pending.query_known = true;
    if (const auto types = pending.route->produces;
        !types.empty() && !acceptable_type(pending.request.headers, types)) {
      refuse(std::move(pending), not_acceptable(types));
      return;
    }
    authenticate(std::move(pending));
  }

  void enter(PendingRequest& pending) {
    const Request& request = pending.request;
    pending.under_way = services_.under_way->enter({.id = request.request_id,
                                                    .method = request.method_text,
                                                    .route = pending.route->pattern,
                                                    .address = request.remote_address});
  }

  void answer_without_route(PendingRequest&& pending, const std::string& allow) {
    Response response;
    if (allow.empty()) {
      response = problem_of(no_such_path(pending.request), pending.request);
    } else if (pending.request.method == Method::options) {
      response = empty_response();
    } else {
      response = problem_of(
          {ErrorCode::method_not_allowed,
           "This path has no method " + pending.request.method_text + "; it has " + allow + "."},
          pending.request);
    }
    if (!allow.empty()) response.headers.set("Allow", allow);
    if (allow.find("PATCH") != allow.npos) {
      response.headers.set("Accept-Patch", accepted_types(BodyType::merge_patch));
    }
    finish(std::move(pending), std::move(response));
  }

  [[nodiscard]] Error no_such_path(const Request& request) const {
    std::string detail = "There is no such path.";
    const std::string_view nearest = router_.nearest_pattern(request);
    if (!nearest.empty()) detail.append(" Did you mean \"").append(nearest).append("\"?");
    return {ErrorCode::not_found, detail + " See \"/swagger\"."};
  }

  void authenticate(PendingRequest&& pending) {
    if (pending.route->permission == Permission::open) {
      proceed(std::move(pending), false);
      return;
    }
    auto recognised = services_.authenticator.recognise(pending.request);
    if (recognised) {
      admit(std::move(pending), *std::move(recognised), false);
      return;
    }
    on_worker(std::move(pending), [this](PendingRequest&& work) {
      auto principal = services_.authenticator.authenticate(work.request);
      admit(std::move(work), std::move(principal), true);
    });
  }

  void admit(PendingRequest&& pending, Result<Principal> principal, bool on_worker_already) {
    if (!principal) {
      refuse(std::move(pending), principal.error());
      return;
    }
    pending.principal = *std::move(principal);
    pending.under_way.set_principal(pending.principal.name);
    if (services_.limiter) {
      pending.rate = services_.limiter->spend(pending.principal.name, steady_clock::now());
      if (!pending.rate->allowed) {
        const Error error = services_.limiter->refusal(*pending.rate);
        refuse(std::move(pending), error);
        return;
      }
    }
    // Before its body is looked at; the kind itself is checked once it is known.
    const auto allowed = permit(pending.principal.grants, *pending.route);
    if (!allowed) {
      refuse(std::move(pending), allowed.error());
    } else {
      proceed(std::move(pending), on_worker_already);
    }
  }

  void proceed(PendingRequest&& pending, bool on_worker_already) {
    if (const auto fine = check_head(pending); !fine) {
      refuse(std::move(pending), fine.error());
    } else if (pending.request.body_follows && pending.route->body != BodyType::none) {
      ask_for_body(std::move(pending));
    } else if (on_worker_already) {
      answer(std::move(pending));
    } else {
      dispatch(std::move(pending));
    }
  }

  /// What can be refused before the body has come.
  static Result<void> check_head(PendingRequest& pending) {
    const Route& route = *pending.route;
    const Request& request = pending.request;
    if (route.body == BodyType::none) return {};
    if (route.check_head) {
      Call call = call_of(pending);
      DROPZONE_CHECK(route.check_head(call));
    }
    if (route.may_be_empty && !request.body_follows && request.body.empty()) return {};
    return check_body(request, route.body);
  }

  /// Goes on once the body is here.
  void ask_for_body(PendingRequest&& pending) {
    const std::size_t limit = max_body_of(*pending.route);
    const auto waiting = std::make_shared<PendingRequest>(std::move(pending));
    waiting->respond.read_body(limit, [this, waiting](ReceivedBody body) {
      waiting->request.body = std::move(body.text);
      waiting->request.body_follows = false;
      waiting->request.deadline = body.deadline;
      waiting->under_way.is_here();
      guarded(*waiting, [&] { dispatch(std::move(*waiting)); });
    });
  }

  void dispatch(PendingRequest&& pending) {
    const Execution execution = pending.route->execution;
    if (execution == Execution::on_io_thread) {
      answer(std::move(pending));
      return;
    }
    if (execution == Execution::short_read && options_.local_store &&
        (pending.route->body == BodyType::none || is_short(*pending.route, pending.request))) {
      answer_at_once(std::move(pending));
      return;
    }
    if (execution == Execution::short_write && options_.local_store &&
        is_short(*pending.route, pending.request)) {
      answer_later(std::move(pending));
      return;
    }
    on_worker(std::move(pending), [this](PendingRequest&& work) { answer(std::move(work)); });
  }

  template <typename Work>
  void on_worker(PendingRequest&& pending, Work work) {
    auto slot = services_.workers.try_reserve();
    if (!slot) {
      refuse(std::move(pending), overloaded());
      return;
    }
    std::move(*slot).run([this, pending = std::move(pending), work]() mutable {
      // Nobody waits any more: a write that has not begun need not begin.
      if (pending.respond.client_gone()) return;
      pending.under_way.is_here();
      guarded(pending, [&] {
        if (pending.request.stop.stop_requested()) {
          refuse(std::move(pending), deadline_exceeded());
        } else {
          work(std::move(pending));
        }
      });
    });
  }

  Result<Response> answer_of(PendingRequest& pending, Call& call) {
    if (pending.route->body != BodyType::none && !std::exchange(pending.unpacked, true)) {
      DROPZONE_CHECK(unpack_body(pending.request, max_body_of(*pending.route)));
    }
    return pending.route->answer(call);
  }

  void answer(PendingRequest&& pending) {
    auto response = [&] {
      Call call = call_of(pending);
      return answer_of(pending, call);
    }();
    conclude(std::move(pending), std::move(response));
  }

  /// On this thread if that needs no waiting and does not take long, else on a worker.
  void answer_at_once(PendingRequest&& pending) {
    const auto& memory = pending.request.memory;
    const std::size_t held = memory ? memory->held() : 0;
    auto response = [&] {
      Call call = call_of(pending);
      call.options.may_wait = false;
      auto answered = answer_of(pending, call);
      pending.captures = std::move(call.captures);
      return answered;
    }();
    if (response || response.error().code != ErrorCode::unavailable) {
      conclude(std::move(pending), std::move(response));
      return;
    }
    pending.effect = {};
    if (memory) memory->refund(memory->held() - held);
    on_worker(std::move(pending), [this](PendingRequest&& work) { answer(std::move(work)); });
  }

  void answer_later(PendingRequest&& pending) {
    auto slot = services_.workers.try_reserve();
    if (!slot) {
      refuse(std::move(pending), overloaded());
      return;
    }
    const auto later = std::make_shared<PendingAnswer>(std::move(pending), *std::move(slot));
    guarded(later->pending, [&] {
      later->pending.route->answer_later(later->call, [this, later](auto response) {
        guarded(later->pending, [&] { conclude(std::move(later->pending), std::move(response)); });
      });
    });
  }

  void conclude(PendingRequest&& pending, Result<Response>&& response) {
    if (response) {
      finish(std::move(pending), *std::move(response));
    } else {
      refuse(std::move(pending), response.error());
    }
  }

  void refuse(PendingRequest&& pending, const Error& error) {
    refuse(std::move(pending), std::span(&error, 1));
  }

  void refuse(PendingRequest&& pending, std::span<const Error> faults) {
    pending.error = faults.front();
    Response response =
        problem_of(faults, pending.request, pending.route, pending.effect.problem_members);
    finish(std::move(pending), std::move(response));
  }

  void finish(PendingRequest&& pending, Response&& response) {
    charge_answer(pending, response);
    add_security_headers(response.headers);
    if (pending.rate) services_.limiter->add_fields(response.headers, *pending.rate);
    if (services_.observer) report(pending, response);
    if (response.stream.pull) response.stream.pull = held_under_way(pending, response);
    pending.respond(std::move(response));
  }

  [[nodiscard]] std::size_t max_body_of(const Route& route) const {
    return std::min(options_.max_body, route.max_body);
  }

  /// What the request holds is given back, and its answer has an account of its own, until it is
  /// sent.
  static void charge_answer(PendingRequest& pending, Response& response) {
    Request& request = pending.request;
    request.body = std::string();
    request.memory.reset();
    const bool streams = response.stream.pull != nullptr;
    if (!request.budget || response.memory || (!streams && response.body.size() <= kShortAnswer)) {
      return;
    }
    response.memory = account_of(request.budget);
    if (response.memory->charge(streams ? kStreamMemory : response.body.size())) return;
    const Error error = unanswerable(pending.route);
    pending.error = error;
    response = problem_of(error, request);
  }

  void report(const PendingRequest& pending, const Response& response) {
    const Route* const route = pending.route;
    std::string named;
    std::string_view principal = pending.principal.name;
    std::string_view claimed;
    if (route && principal.empty()) {
      const bool open = route->permission == Permission::open;
      named = open ? pending.effect.principal : services_.authenticator.claimed(pending.request);
      (open && response.status < 400 ? principal : claimed) = named;
    }
    services_.observer->answered({.request = pending.request,
                                  .route = route ? route->pattern : std::string_view(),
                                  .query_known = pending.query_known,
                                  .status = response.status,
                                  .response_bytes = response.body.size(),
                                  .latency = steady_clock::now() - pending.request.received_at,
                                  .principal = principal,
                                  .claimed = claimed,
                                  .permission = route ? route->permission : Permission::open,
                                  .error = pending.error ? &*pending.error : nullptr,
                                  .effect = route ? &pending.effect : nullptr});
  }

  Services services_;
  ApiOptions options_;
  IdempotentStore idempotent_;
  std::atomic<bool> stopping_{false};
  Router router_;
};

Api::Api(Services services, ApiOptions options)
    : impl_(std::make_unique<Impl>(services, std::move(options))) {}

Api::~Api() = default;

void Api::handle(Request&& request, Responder&& respond) {
  impl_->handle(std::move(request), std::move(respond));
}

void Api::begin_burst() noexcept { impl_->begin_burst(); }

void Api::end_burst() noexcept { impl_->end_burst(); }

void Api::announce_shutdown() noexcept { impl_->announce_shutdown(); }

}  // namespace dropzone::http
