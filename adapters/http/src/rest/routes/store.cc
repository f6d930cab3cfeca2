#include <optional>
#include <string>
#include <utility>

#include <dropzone/http/message/exception_text.h>
#include <dropzone/http/message/problem.h>
#include <dropzone/json/decode_records.h>

#include "rest/answers.h"
#include "rest/idempotency.h"
#include "rest/parameters.h"
#include "rest/record_bodies.h"
#include "rest/routes.h"
#include "rest/store_report.h"

namespace dropzone::http {
namespace {

struct StoreParameters {
  std::string kind;
  IfExists if_exists = IfExists::fail;
  Atomicity atomicity = Atomicity::partial;
  Return shown = Return::records;
};

/// What a call asks to store.
struct StoreCall {
  StoreRequest request;
  Return shown = Return::records;
  std::optional<IdempotencyKey> key = std::nullopt;
};

Result<StoreParameters> parameters_of(const Call& call, const RouteContext& context) {
  auto kind = kind_of(call, context.options);
  if (!kind) return std::move(kind).error();
  if (const auto known = context.zone.kinds()->find(*kind); !known) return known.error();
  const auto if_exists = choice(call, "ifExists", {"fail", "replace", "skip"});
  if (!if_exists) return if_exists.error();
  const auto mode = choice(call, "mode", {"partial", "atomic"});
  if (!mode) return mode.error();
  const auto shown = choice(call, "return", {"records", "ids", "counts"});
  if (!shown) return shown.error();
  return StoreParameters{*std::move(kind), IfExists{static_cast<std::uint8_t>(*if_exists)},
                         Atomicity{static_cast<std::uint8_t>(*mode)},
                         Return{static_cast<std::uint8_t>(*shown)}};
}

/// The request's key, if it has one.
Result<std::optional<IdempotencyKey>> key_of(const Call& call, const RouteContext& context,
                                             const StoreParameters& parameters) {
  const auto digit = [](auto choice) { return std::to_string(static_cast<int>(choice)); };
  const std::string choices = digit(parameters.if_exists) + digit(parameters.atomicity) +
                              digit(parameters.shown) + digit(record_form(call.request));
  return idempotency_key_of(call.request, {call.request.path, parameters.kind, choices},
                            context.zone.ports().digest);
}

Result<StoreCall> store_call(Call& call, const RouteContext& context) {
  auto parameters = parameters_of(call, context);
  if (!parameters) return std::move(parameters).error();
  DROPZONE_TRY(auto key, key_of(call, context, *parameters));
  StoreRequest request{.kind = std::move(parameters->kind),
                       .records = {},
                       .if_exists = parameters->if_exists,
                       .atomicity = parameters->atomicity};
  const auto decode = [&call, &context](const IncomingSink& sink) {
    return decode_record_body(call.request, context.options, call.options, sink);
  };
  if (!key) {
    request.source = decode;
  } else {  // How many they are is compared with the request before.
    DROPZONE_CHECK(decode([&request](IncomingRecord record) -> Result<void> {
      request.records.push_back(std::move(record));
      return {};
    }));
  }
  if (parameters->shown == Return::records) {  // They are in the answer again.
    DROPZONE_CHECK(call.options.charge(call.request.body.size()));
  }
  return StoreCall{
      .request = std::move(request), .shown = parameters->shown, .key = std::move(key)};
}

Result<Response> answer_of(const Result<StoreReport>& report, Return shown, Effect& effect) {
  if (!report) return report.error();
  return store_response(*report, shown, effect);
}

/// For callers that do not catch exceptions.
Result<Response> guarded_answer(const Result<StoreReport>& report, Return shown, Effect& effect) {
  try {
    return answer_of(report, shown, effect);
  } catch (...) {
    return internal_failure(exception_text());
  }
}

Result<Response> answer_under_key(const RouteContext& context, StoreCall wanted, Call& call) {
  DROPZONE_TRY(const KeyedReport keyed,
               context.idempotent.store(std::move(wanted.request), *wanted.key, call.options));
  DROPZONE_TRY(Response response, answer_of(keyed.report, wanted.shown, call.effect));
  if (keyed.replayed) {
    response.headers.set("Idempotency-Replayed", "true");
    call.effect.counts = {{"replayed", keyed.report.results.size()}};
  }
  return response;
}

/// Whether records that are replaced are read, because their kind has a history.
bool reads_first(const Request& request, const RouteContext& context) {
  if (request.query_value("ifExists") != "replace") return false;
  const std::string name(request.query_value("kind").value_or(context.options.default_kind));
  const auto kind = context.zone.kinds()->find(name);
  return kind && HistoryWriter::reads_first(**kind, IfExists::replace);
}

Route store_route_of(const RouteContext& context, std::string_view pattern, BodyType type) {
  return {
      .method = Method::post,
      .pattern = pattern,
      .permission = Permission::write,
      .execution = Execution::short_write,
      .parameters = {"kind", "ifExists", "mode", "return"},
      .answer = [context](Call& call) -> Result<Response> {
        auto wanted = store_call(call, context);
        if (!wanted) return std::move(wanted).error();
        if (wanted->key) return answer_under_key(context, *std::move(wanted), call);
        return answer_of(context.zone.store(std::move(wanted->request), call.options),
                         wanted->shown, call.effect);
      },
      .body = type,
      .check_head = [context](Call& call) -> Result<void> {
        DROPZONE_CHECK(parameters_of(call, context));
        DROPZONE_CHECK(idempotency_key_text(call.request));
        return {};
      },
      .answer_later =
          [context](Call& call, std::function<void(Result<Response>)> reply) {
            auto wanted = store_call(call, context);
            if (!wanted) {
              reply(std::move(wanted).error());
              return;
            }
            context.zone.store_async(std::move(wanted->request), call.options,
                                     [&call, shown = wanted->shown,
                                      reply = std::move(reply)](const Result<StoreReport>& report) {
                                       reply(guarded_answer(report, shown, call.effect));
                                     });
          },
      .reads_first = [context](const Request& request) { return reads_first(request, context); }};
}

}  // namespace

Route store_route(RouteContext context) {
  return store_route_of(context, "/store", BodyType::records);
}

Route store_ndjson_route(RouteContext context) {
  return store_route_of(context, "/store/ndjson", BodyType::ndjson);
}

}  // namespace dropzone::http
