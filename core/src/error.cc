#include <dropzone/error.h>

#include <charconv>
#include <tuple>

namespace dropzone {

std::string_view error_name(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_request: return "invalid_request";
    case ErrorCode::invalid_json: return "invalid_json";
    case ErrorCode::empty_body: return "empty_body";
    case ErrorCode::unknown_parameter: return "unknown_parameter";
    case ErrorCode::unknown_member: return "unknown_member";
    case ErrorCode::unknown_field: return "unknown_field";
    case ErrorCode::invalid_filter: return "invalid_filter";
    case ErrorCode::invalid_cursor: return "invalid_cursor";
    case ErrorCode::unsupported_query: return "unsupported_query";
    case ErrorCode::index_required: return "index_required";
    case ErrorCode::scan_limit: return "scan_limit";
    case ErrorCode::too_many_groups: return "too_many_groups";
    case ErrorCode::body_too_large: return "body_too_large";
    case ErrorCode::too_many_records: return "too_many_records";
    case ErrorCode::too_many_ids: return "too_many_ids";
    case ErrorCode::atomic_too_large: return "atomic_too_large";
    case ErrorCode::uri_too_long: return "uri_too_long";
    case ErrorCode::header_too_large: return "header_too_large";
    case ErrorCode::unsupported_media_type: return "unsupported_media_type";
    case ErrorCode::unsupported_encoding: return "unsupported_encoding";
    case ErrorCode::expectation_failed: return "expectation_failed";
    case ErrorCode::not_implemented: return "not_implemented";
    case ErrorCode::http_version_not_supported: return "http_version_not_supported";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::ambiguous_credentials: return "ambiguous_credentials";
    case ErrorCode::forbidden: return "forbidden";
    case ErrorCode::rate_limited: return "rate_limited";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::unknown_kind: return "unknown_kind";
    case ErrorCode::method_not_allowed: return "method_not_allowed";
    case ErrorCode::not_acceptable: return "not_acceptable";
    case ErrorCode::already_exists: return "already_exists";
    case ErrorCode::precondition_failed: return "precondition_failed";
    case ErrorCode::changed_elsewhere: return "changed_elsewhere";
    case ErrorCode::id_mismatch: return "id_mismatch";
    case ErrorCode::managed_by_file: return "managed_by_file";
    case ErrorCode::version_conflict: return "version_conflict";
    case ErrorCode::idempotency_mismatch: return "idempotency_mismatch";
    case ErrorCode::idempotency_in_progress: return "idempotency_in_progress";
    case ErrorCode::example_failed: return "example_failed";
    case ErrorCode::not_an_object: return "not_an_object";
    case ErrorCode::invalid_id: return "invalid_id";
    case ErrorCode::reserved_name: return "reserved_name";
    case ErrorCode::too_deep: return "too_deep";
    case ErrorCode::too_many_values: return "too_many_values";
    case ErrorCode::number_out_of_range: return "number_out_of_range";
    case ErrorCode::missing_field: return "missing_field";
    case ErrorCode::type_mismatch: return "type_mismatch";
    case ErrorCode::invalid_time: return "invalid_time";
    case ErrorCode::too_few_numbers: return "too_few_numbers";
    case ErrorCode::step_failed: return "step_failed";
    case ErrorCode::record_too_large: return "record_too_large";
    case ErrorCode::rejected: return "rejected";
    case ErrorCode::request_timeout: return "request_timeout";
    case ErrorCode::overloaded: return "overloaded";
    case ErrorCode::shutting_down: return "shutting_down";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::deadline_exceeded: return "deadline_exceeded";
    case ErrorCode::outcome_unknown: return "outcome_unknown";
    case ErrorCode::store_full: return "store_full";
    case ErrorCode::store_read_only: return "store_read_only";
    case ErrorCode::store_locked: return "store_locked";
    case ErrorCode::store_replaced: return "store_replaced";
    case ErrorCode::store_corrupt: return "store_corrupt";
    case ErrorCode::store_newer: return "store_newer";
    case ErrorCode::invalid_configuration: return "invalid_configuration";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

ErrorCode find_error(std::string_view name) noexcept {
  for (int code = 0; code < static_cast<int>(ErrorCode::internal); ++code) {
    if (error_name(ErrorCode(code)) == name) return ErrorCode(code);
  }
  return ErrorCode::internal;
}

std::optional<std::size_t> Refusal::step_index() const {
  if (step_path.empty()) return std::nullopt;
  std::size_t index = 0;
  const char* const end = step_path.data() + step_path.size();
  if (std::from_chars(step_path.data() + 1, end, index).ec != std::errc()) return std::nullopt;
  return index;
}

bool operator==(const Error& left, const Error& right) {
  const auto members = [](const Error& error) {
    return std::tie(error.code, error.detail, error.pointer, error.step, error.retry_after,
                    error.cause);
  };
  if (members(left) != members(right)) return false;
  if (!left.refusal || !right.refusal) return left.refusal == right.refusal;
  return *left.refusal == *right.refusal;
}

}  // namespace dropzone
