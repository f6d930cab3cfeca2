#include <algorithm>
#include <utility>

#include <dropzone/value/json_text.h>

#include "rest/answers.h"
#include "rest/routes.h"

namespace dropzone::http {
namespace {

// A probe must hear of a store that hangs before it gives up itself.
constexpr std::chrono::seconds kTimeForStoreCheck{1};
constexpr std::array<std::string_view, 1> kTextType = {"text/plain"};

Result<Response> ready(const RouteContext& context, const Call& call) {
  if (context.stopping.load(std::memory_order_relaxed)) {
    return Error{ErrorCode::shutting_down, "The server is stopping; send requests elsewhere."};
  }
  CallOptions options = call.options;
  options.deadline =
      std::min(options.deadline, std::chrono::steady_clock::now() + kTimeForStoreCheck);
  auto checked = context.zone.repository().check(options);
  if (!checked) {
    return Error{.code = ErrorCode::unavailable,
                 .detail = "The store cannot serve: " + checked.error().detail,
                 .cause = std::move(checked.error().cause)};
  }
  return json_response("{\"status\":\"ready\"}");
}

std::string options_json(const std::vector<OptionInForce>& options) {
  Array all;
  for (const OptionInForce& option : options) {
    Object object;
    object.append("name", option.name);
    object.append("group", option.group);
    object.append("value", option.value);
    object.append("origin", option.origin);
    all.emplace_back(std::move(object));
  }
  Object object;
  object.append("options", std::move(all));
  return to_json(object);
}

}  // namespace

Route live_route(RouteContext) {
  return {.method = Method::get,
          .pattern = "/health/live",
          .permission = Permission::open,
          .execution = Execution::on_io_thread,
          .parameters = {},
          .answer = [](Call&) { return json_response("{\"status\":\"live\"}"); },
          .produces = {}};
}

Route ready_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/health/ready",
          .permission = Permission::open,
          .execution = Execution::short_read,
          .parameters = {},
          .answer = [context](Call& call) { return ready(context, call); },
          .produces = {}};
}

Route version_route(RouteContext context) {
  std::string text = "{\"name\":\"dropzone\",\"version\":";
  append_json_string(text, context.options.server_version);
  text += '}';
  return {.method = Method::get,
          .pattern = "/version",
          .permission = Permission::open,
          .execution = Execution::on_io_thread,
          .parameters = {},
          .answer = [text](Call&) { return json_response(text); }};
}

Route options_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/options",
          .permission = Permission::admin,
          .execution = Execution::on_io_thread,
          .parameters = {},
          .scope = Scope::every_kind,
          .answer = [text = options_json(context.options.in_force)](Call&) {
            return json_response(text);
          }};
}

Route metrics_route(RouteContext context) {
  return {.method = Method::get,
          .pattern = "/metrics",
          .permission = Permission::admin,
          .execution = Execution::on_worker,
          .parameters = {},
          .scope = Scope::every_kind,
          .answer = [context](Call&) -> Result<Response> {
            std::string text;
            if (context.metrics) context.metrics->append_metrics(text);
            return make_response(200, "text/plain; version=0.0.4; charset=utf-8", std::move(text));
          },
          .produces = kTextType};
}

}  // namespace dropzone::http
