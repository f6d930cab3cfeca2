#pragma once

#include <dropzone/error.h>
#include <dropzone/http/message/response.h>

#include <string>
#include <string_view>

namespace dropzone::http {

/// The HTTP status of an error code. The only place that maps one to the other.
[[nodiscard]] int status_of(ErrorCode code) noexcept;

/// The error for a client if the server itself is at fault; the cause is only logged.
[[nodiscard]] Error internal_failure(std::string cause);

/// An RFC 9457 problem document, `application/problem+json`, with the members type, title, status,
/// detail, instance, code and requestId, and pointer, step and what append_refusal() appends if the
/// error has them.
/// 429 and 503, which pass, have a Retry-After of at least a second. Whatever the texts hold, the
/// document is UTF-8: invalid bytes become question marks.
/// `instance` is the path of the request; empty leaves it out. Secrets in any text are masked.
/// `extra_members` is JSON text such as
/// `"errors":[...]` that becomes further members.
[[nodiscard]] Response problem_response(const Error& error, std::string_view request_id,
                                        std::string_view instance,
                                        std::string_view extra_members = {});

/// The same with another status than the code's own.
[[nodiscard]] Response problem_response(int status, const Error& error, std::string_view request_id,
                                        std::string_view instance,
                                        std::string_view extra_members = {});

/// Appends what is known of a record's refusal besides code, step, pointer and detail, each member
/// with a comma before it: see refusal_members(). Nothing if nothing is known.
void append_refusal(std::string& out, const Error& error);

}  // namespace dropzone::http
