#pragma once

#include <cstddef>

#include <dropzone/http/message/request.h>
#include <dropzone/result.h>

#include "rest/body_type.h"

namespace dropzone::http {

/// Whether a request's body, which may still be to come, is of a type that such a route takes, and
/// packed in a way that is known here: `unsupported_media_type`, `unsupported_encoding`.
Result<void> check_body(const Request& request, BodyType type);

/// Unpacks a body that has come, in place. It may have `max_body` bytes unpacked; what it becomes
/// is held on the request's account in place of what came. Errors are those of unpack().
/// Precondition: check_body() has nothing against it.
Result<void> unpack_body(Request& request, std::size_t max_body);

}  // namespace dropzone::http
