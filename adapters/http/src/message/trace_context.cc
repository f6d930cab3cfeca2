#include <dropzone/http/message/trace_context.h>

#include <charconv>
#include <cstdint>
#include <string_view>

#include <dropzone/text/hex.h>

namespace dropzone::http {
namespace {

constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kSpanDigits = 16;

/// Hex digits, not all of them zero.
bool is_identity(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of(kHexDigits) == text.npos &&
         text.find_first_not_of('0') != text.npos;
}

/// "VERSION-TRACE-SPAN-FLAGS"; later versions may go on after the flags.
std::optional<TraceContext> parse_traceparent(std::string_view text) {
  constexpr std::size_t kLength = 2 + 1 + kTraceDigits + 1 + kSpanDigits + 1 + 2;
  if (text.size() < kLength || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  const auto trace = text.substr(3, kTraceDigits);
  const auto span = text.substr(36, kSpanDigits);
  unsigned flags = 0;
  const auto [end, error] = std::from_chars(text.data() + 53, text.data() + 55, flags, 16);
  if (!is_identity(trace, kTraceDigits) || !is_identity(span, kSpanDigits) ||
      error != std::errc() || end != text.data() + 55) {
    return std::nullopt;
  }
  return TraceContext{std::string(trace), std::string(span), (flags & 1) != 0};
}

/// "TRACE", "TRACE/SPAN" or "TRACE/SPAN;o=1", the span as a decimal number.
std::optional<TraceContext> parse_cloud_trace(std::string_view text) {
  const auto trace = text.substr(0, text.find('/'));
  if (!is_identity(trace, kTraceDigits)) return std::nullopt;
  TraceContext context{std::string(trace), {}, text.ends_with(";o=1")};
  if (trace.size() < text.size()) {
    std::uint64_t span = 0;
    const char* const begin = text.data() + trace.size() + 1;
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), span);
    if (error == std::errc() && end != begin && span != 0) context.span_id = hex_of(span);
  }
  return context;
}

}  // namespace

std::optional<TraceContext> trace_context_of(const Headers& headers) {
  if (const auto text = headers.find("traceparent")) {
    if (auto context = parse_traceparent(*text)) return context;
  }
  if (const auto text = headers.find("X-Cloud-Trace-Context")) return parse_cloud_trace(*text);
  return std::nullopt;
}

std::string to_traceparent(const TraceContext& context) {
  std::string_view span = context.span_id;
  if (span.empty()) span = std::string_view(context.trace_id).substr(0, kSpanDigits);
  if (!is_identity(span, kSpanDigits)) {
    span = std::string_view(context.trace_id).substr(kTraceDigits - kSpanDigits);
  }
  std::string text = "00-";
  text.append(context.trace_id).append("-").append(span);
  return text.append(context.sampled ? "-01" : "-00");
}

}  // namespace dropzone::http
