#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dropzone {

/// Everything that can go wrong, as a closed set. The names are part of the API: a client sees
/// `error_name(code)` as the `code` of a problem document and may depend on it.
enum class ErrorCode : std::uint8_t {
  // The request cannot be understood.
  invalid_request,    ///< A parameter, member or option has a value that is not allowed.
  invalid_json,       ///< A body is not JSON; the detail gives line, column and byte offset.
  empty_body,         ///< A body or an array of records has nothing in it.
  unknown_parameter,  ///< A query parameter that this route does not have.
  unknown_member,     ///< A member that this body does not have.
  unknown_field,      ///< A field that no record of the kind can have.
  invalid_filter,     ///< A filter that is not well formed.
  invalid_cursor,     ///< A cursor that was changed, is from another query or not a cursor.
  // The request is understood but not possible.
  unsupported_query,  ///< This store cannot answer this query exactly.
  index_required,     ///< This store needs an index; the detail has its definition.
  scan_limit,         ///< The query would have to read more records than the configured limit.
  too_many_groups,    ///< The query makes more groups than one answer may have.
  // Limits.
  body_too_large,
  too_many_records,
  too_many_ids,
  atomic_too_large,  ///< An atomic batch that does not fit one transaction of the store.
  uri_too_long,
  header_too_large,
  unsupported_media_type,
  unsupported_encoding,
  // Only in HTTP.
  expectation_failed,          ///< An Expect header other than 100-continue.
  not_implemented,             ///< A method or transfer coding that the server does not know.
  http_version_not_supported,  ///< Not HTTP/1.0 or HTTP/1.1.
  // Access.
  unauthenticated,
  ambiguous_credentials,  ///< Two sorts of credentials in one request.
  forbidden,
  rate_limited,
  // Whether something exists.
  not_found,
  unknown_kind,
  method_not_allowed,
  not_acceptable,
  already_exists,
  precondition_failed,
  changed_elsewhere,  ///< Another program has changed the record in the store.
  id_mismatch,
  managed_by_file,          ///< A kind that a file defines cannot be changed by a request.
  version_conflict,         ///< A definition's version is not the next one.
  idempotency_mismatch,     ///< Another request was stored under the Idempotency-Key.
  idempotency_in_progress,  ///< A request under the Idempotency-Key is being carried out.
  example_failed,           ///< A definition does not do what its own examples say.
  // Why a record was refused.
  not_an_object,
  invalid_id,
  reserved_name,
  too_deep,
  too_many_values,  ///< More values in one record, or in one request's body, than are decoded.
  number_out_of_range,
  missing_field,
  type_mismatch,
  invalid_time,
  too_few_numbers,
  step_failed,       ///< A step refused the record for another reason; the detail says which.
  record_too_large,  ///< The record does not fit the store.
  rejected,          ///< The pipeline refused the only record that was asked for.
  // The server and its store.
  request_timeout,
  overloaded,
  shutting_down,
  unavailable,        ///< The store cannot be reached just now; the request may be repeated.
  deadline_exceeded,  ///< The time for the request ran out; a write may or may not have been done.
  outcome_unknown,    ///< The store failed after a commit was sent: it may or may not be done.
  store_full,         ///< The disk is full; what was confirmed is safe.
  store_read_only,
  store_locked,    ///< Another process has the store open.
  store_replaced,  ///< The store's files were replaced or removed while it is open.
  store_corrupt,   ///< The store's data is damaged.
  store_newer,     ///< The store was written by a newer version of this software.
  invalid_configuration,
  internal,
};

/// The stable name of a code, such as "already_exists".
[[nodiscard]] std::string_view error_name(ErrorCode code) noexcept;

/// The code of this name; `internal` if there is none.
[[nodiscard]] ErrorCode find_error(std::string_view name) noexcept;
/// One fault of a record that was refused.
struct RecordFault {
  std::string pointer = {};  ///< RFC 6901 pointer to it in the record.
  std::string detail = {};   ///< Empty if the Error's own detail says it.
  /// JSON text of the value at fault, or its beginning and an ellipsis; empty if there is none.
  std::string value = {};
  std::string value_class = {};  ///< "string", "number" and so on, where there is a value.

  friend bool operator==(const RecordFault&, const RecordFault&) = default;
};

/// What is known of why a record was refused, beyond the Error's own members.
struct Refusal {
  static constexpr std::size_t kMaxFaults = 30;

  /// RFC 6901 pointer from the pipeline's start to the step that refused: "/2", or inside another
  /// one "/2/for_each/steps/0" or "/2/onError/0". Empty if it was no step.
  std::string step_path = {};
  /// What the Error is about. Its pointer and detail are the Error's, and empty here.
  RecordFault fault = {};
  /// All faults that the step found if there are several: the first ones of them.
  std::vector<RecordFault> faults = {};
  std::size_t fault_count = 0;  ///< How many it found; 0 if it stopped at the first.

  /// The index of the step in the pipeline, or of the one that it is inside.
  [[nodiscard]] std::optional<std::size_t> step_index() const;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// An expected failure. Says what was wrong, where, and (in the detail) how to mend it. The texts
/// are shown to clients: no secrets, no internal file paths of the server. Only the cause is
/// for operators: it is logged, and no client ever sees it.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string detail = {};   ///< One or two sentences for a person.
  std::string pointer = {};  ///< RFC 6901 pointer to the fault in the record or body, if known.
  std::string step = {};     ///< Name of the pipeline step that refused, if it was one.
  int retry_after = 0;       ///< Seconds after which to try again, if known; else 0.
  /// What lies behind it, in the words of the library or the system that failed: an exception's
  /// type and text, a result code, errno. May name paths; no secrets. Empty if the detail says
  /// it all.
  std::string cause = {};
  /// Null if it is not about a record, or nothing more is known.
  std::shared_ptr<const Refusal> refusal = nullptr;

  friend bool operator==(const Error& left, const Error& right);
};

}  // namespace dropzone
