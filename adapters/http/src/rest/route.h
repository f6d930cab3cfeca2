#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/http/message/request.h>
#include <dropzone/http/message/response.h>
#include <dropzone/http/rest/api.h>
#include <dropzone/http/rest/authenticator.h>
#include <dropzone/job/jobs.h>
#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/store/idempotent_store.h>
#include <dropzone/store/kind_deployments.h>
#include <dropzone/store/record_repository.h>

#include "rest/body_type.h"

namespace dropzone::http {

/// The thread on which a route's work runs.
enum class Execution : std::uint8_t {
  on_io_thread,  ///< It never waits.
  short_read,    ///< On the I/O thread if the store is local, the body short, and the store need
                 ///< not read for long or be waited for; else on a worker, after a second answer().
  short_write,   ///< So, too, if the body is short: by answer_later().
  on_worker,
};

/// One request on its way through a route.
struct Call {
  Request& request;
  std::vector<std::string> captures = {};  ///< The path's variable segments, decoded, in order.
  const Principal& principal;
  Permission permission = Permission::read;  ///< What the route asks for.
  CallOptions options = {};                  ///< For the calls that it causes.
  Effect& effect;                            ///< For the route to fill in.
};

/// What most routes answer.
inline constexpr std::array<std::string_view, 1> kJsonType = {"application/json"};

/// What a route's permission must have been granted for.
enum class Scope : std::uint8_t {
  a_kind,      ///< The kind that the request names. The route finds out which: kind_of() checks it.
  every_kind,  ///< All kinds: the route reaches beyond one.
};

/// One operation of the API.
struct Route {
  Method method = Method::get;
  std::string_view pattern;  ///< "/records/{id}"
  Permission permission = Permission::read;
  Execution execution = Execution::on_worker;
  std::vector<std::string_view> parameters;  ///< The query parameters that it knows.
  Scope scope = Scope::a_kind;
  std::function<Result<Response>(Call&)> answer = {};
  /// What the body is. Of a route that takes one, the type is checked before the body has come, and
  /// the body is unpacked before it answers. The other routes have none read.
  BodyType body = BodyType::none;
  bool may_be_empty = false;  ///< Then a request without a body needs no type.
  /// The media types that its answer may have, the usual one first. If none is listed, it answers
  /// whatever the request's Accept says.
  std::span<const std::string_view> produces = kJsonType;
  /// What else can be refused before a body has come: parameters, the kind if the query names it.
  /// Does not wait.
  std::function<Result<void>(Call&)> check_head = {};
  /// Of the body, in bytes, if that is less than for others.
  std::size_t max_body = std::numeric_limits<std::size_t>::max();
  /// Does not wait, as far as the store does not. The call lives until the answer is given. If it
  /// throws, the answer is not given.
  std::function<void(Call&, std::function<void(Result<Response>)>)> answer_later = {};
  /// Of a short write: whether answer_later() would wait for this request's records. If empty, it
  /// never does.
  std::function<bool(const Request&)> reads_first = {};
};

/// What routes work with.
struct RouteContext {
  DropZone& zone;
  const CursorCodec& cursors;
  WorkerPool& workers;
  MetricsSource* metrics;
  KeyService* keys;
  TokenService* tokens;
  const StepRegistry& steps;
  KindDeployments* deployments;
  Jobs* jobs;
  RejectCounts* reject_counts;
  IdempotentStore& idempotent;
  const std::atomic<bool>& stopping;
  const ApiOptions& options;
};

}  // namespace dropzone::http
