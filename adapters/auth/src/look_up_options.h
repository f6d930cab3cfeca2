#pragma once

#include <dropzone/call/call_options.h>
#include <dropzone/http/message/request.h>

namespace dropzone::auth {

/// For finding out who sent a request: until its own deadline, and for five seconds at most, so
/// that a store that does not answer holds no worker for long.
[[nodiscard]] CallOptions look_up_options(const http::Request& request);

}  // namespace dropzone::auth
