#pragma once

#include <optional>
#include <string>

#include <dropzone/http/headers.h>

namespace dropzone::server {

/// Where a request belongs in a distributed trace.
struct TraceContext {
  std::string trace_id;  ///< 32 lower-case hex digits.
  std::string span_id;   ///< 16 lower-case hex digits; empty where there is none.
  bool sampled = false;
};

/// What `traceparent` (W3C Trace Context) says, else `X-Cloud-Trace-Context`. Nothing where neither
/// is there and well formed.
[[nodiscard]] std::optional<TraceContext> trace_context_of(const http::Headers& headers);

}  // namespace dropzone::server
