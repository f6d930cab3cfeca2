#pragma once

#include <optional>
#include <string>

#include <dropzone/http/message/headers.h>

namespace dropzone::http {

/// The place of a request in a distributed trace.
struct TraceContext {
  std::string trace_id;  ///< 32 lower-case hex digits.
  std::string span_id;   ///< 16 lower-case hex digits; empty if there is none.
  bool sampled = false;
};

/// The context of `traceparent` (W3C Trace Context), else `X-Cloud-Trace-Context`. Nothing if
/// neither is there and well formed.
[[nodiscard]] std::optional<TraceContext> trace_context_of(const Headers& headers);

/// The context as a value of `traceparent`. As nothing of this server's own is recorded in the
/// trace, the span is the caller's; if that named none, one is made from the trace's id.
[[nodiscard]] std::string to_traceparent(const TraceContext& context);

}  // namespace dropzone::http
