#include <dropzone/http/message/problem.h>

#include <dropzone/http/message/secret_mask.h>
#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_text.h>

#include <algorithm>
#include <utility>

#include "message/security_headers.h"

namespace dropzone::http {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  out.append(",\"").append(name).append("\":");
  append_lossy_json_string(out, text);
}

/// Whether the same request may well succeed a little later.
bool passes(int status) noexcept { return status == 429 || status == 503; }

}  // namespace

void append_refusal(std::string& out, const Error& error) {
  const Object members = refusal_members(error);
  for (const Member& member : members.members()) {
    out.append(",\"").append(member.name).append("\":");
    append_json(out, member.value);
  }
}

Error internal_failure(std::string cause) {
  return {.code = ErrorCode::internal,
          .detail = "The server failed. Its log says why, under this answer's requestId.",
          .cause = std::move(cause)};
}

int status_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_request:
    case ErrorCode::invalid_json:
    case ErrorCode::empty_body:
    case ErrorCode::unknown_parameter:
    case ErrorCode::unknown_member:
    case ErrorCode::unknown_field:
    case ErrorCode::invalid_filter:
    case ErrorCode::invalid_cursor:
    case ErrorCode::unsupported_query:
    case ErrorCode::index_required:
    case ErrorCode::scan_limit:
    case ErrorCode::too_many_groups:
    case ErrorCode::ambiguous_credentials:
    case ErrorCode::invalid_configuration: return 400;
    case ErrorCode::unauthenticated: return 401;
    case ErrorCode::forbidden: return 403;
    case ErrorCode::not_found:
    case ErrorCode::unknown_kind: return 404;
    case ErrorCode::method_not_allowed: return 405;
    case ErrorCode::not_acceptable: return 406;
    case ErrorCode::request_timeout: return 408;
    case ErrorCode::managed_by_file:
    case ErrorCode::version_conflict:
    case ErrorCode::already_exists:
    case ErrorCode::idempotency_in_progress:
    case ErrorCode::changed_elsewhere: return 409;
    case ErrorCode::precondition_failed: return 412;
    case ErrorCode::body_too_large:
    case ErrorCode::too_many_records:
    case ErrorCode::too_many_ids:
    case ErrorCode::atomic_too_large: return 413;
    case ErrorCode::uri_too_long: return 414;
    case ErrorCode::unsupported_media_type:
    case ErrorCode::unsupported_encoding: return 415;
    case ErrorCode::expectation_failed: return 417;
    case ErrorCode::id_mismatch:
    case ErrorCode::idempotency_mismatch:
    case ErrorCode::example_failed:
    case ErrorCode::not_an_object:
    case ErrorCode::invalid_id:
    case ErrorCode::reserved_name:
    case ErrorCode::too_deep:
    case ErrorCode::too_many_values:
    case ErrorCode::number_out_of_range:
    case ErrorCode::missing_field:
    case ErrorCode::type_mismatch:
    case ErrorCode::invalid_time:
    case ErrorCode::too_few_numbers:
    case ErrorCode::step_failed:
    case ErrorCode::record_too_large:
    case ErrorCode::rejected: return 422;
    case ErrorCode::rate_limited: return 429;
    case ErrorCode::header_too_large: return 431;
    case ErrorCode::not_implemented: return 501;
    case ErrorCode::overloaded:
    case ErrorCode::shutting_down:
    case ErrorCode::unavailable:
    case ErrorCode::deadline_exceeded:
    case ErrorCode::outcome_unknown:
    case ErrorCode::store_read_only:
    case ErrorCode::store_locked:
    case ErrorCode::store_replaced: return 503;
    case ErrorCode::http_version_not_supported: return 505;
    case ErrorCode::store_full: return 507;
    case ErrorCode::store_corrupt:
    case ErrorCode::store_newer:
    case ErrorCode::internal: return 500;
  }
  return 500;
}

Response problem_response(const Error& error, std::string_view request_id,
                          std::string_view instance, std::string_view extra_members) {
  return problem_response(status_of(error.code), error, request_id, instance, extra_members);
}

Response problem_response(int status, const Error& error, std::string_view request_id,
                          std::string_view instance, std::string_view extra_members) {
  std::string body = "{\"type\":\"about:blank\",\"title\":";
  append_json_string(body, reason_phrase(status));
  body.append(",\"status\":").append(std::to_string(status));
  append_member(body, "detail", error.detail);
  append_member(body, "instance", instance);
  append_member(body, "code", error_name(error.code));
  append_member(body, "requestId", request_id);
  append_member(body, "pointer", error.pointer);
  append_member(body, "step", error.step);
  append_refusal(body, error);
  if (!extra_members.empty()) body.append(",").append(extra_members);
  body.append("}\n");
  if (has_secret(body)) body = without_secrets(body);
  Response response = make_response(status, "application/problem+json", std::move(body));
  if (passes(status) || error.retry_after > 0) {
    response.headers.set("Retry-After", std::to_string(std::max(1, error.retry_after)));
  }
  add_security_headers(response.headers);
  return response;
}

}  // namespace dropzone::http
