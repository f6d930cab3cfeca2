#include <dropzone/log/access_log.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <dropzone/http/message/trace_context.h>
#include <dropzone/value/json_text.h>

namespace dropzone::log {
namespace {

using http::RequestSummary;
using std::chrono::steady_clock;

LogLevel level_of(const RequestSummary& summary) {
  if (summary.status >= 500) return LogLevel::error;
  if (summary.status >= 400) return LogLevel::warning;
  return summary.route.starts_with("/health/") ? LogLevel::debug : LogLevel::info;
}

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

std::uint64_t micros_of(const RequestSummary& summary) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(summary.latency).count();
  return micros < 0 ? 0 : static_cast<std::uint64_t>(micros);
}

/// A decimal number of microseconds with its point `digits` digits before the end.
void append_decimal(std::string& out, std::uint64_t micros, std::size_t digits) {
  std::uint64_t divisor = 1;
  for (std::size_t i = 0; i < digits; ++i) divisor *= 10;
  append_number(out, micros / divisor);
  out += '.';
  std::string fraction;
  append_number(fraction, micros % divisor);
  out.append(digits - fraction.size(), '0').append(fraction);
}

/// The target; of parameters that the server does not know the names alone.
void append_target(std::string& out, const RequestSummary& summary) {
  std::string_view target = summary.request.target;
  if (summary.query_known) {
    out += target;
    return;
  }
  const auto path = target.substr(0, target.find('?'));
  out += path;
  char separator = '?';
  for (target.remove_prefix(path.size()); !target.empty(); separator = '&') {
    target.remove_prefix(1);
    const auto parameter = target.substr(0, target.find('&'));
    target.remove_prefix(parameter.size());
    out += separator;
    if (const auto equals = parameter.find('='); equals != parameter.npos) {
      out += parameter.substr(0, equals + 1);
    }
    out += "…";
  }
}

/// "POST /store 201 1.234ms"
void append_message(std::string& out, const RequestSummary& summary) {
  out.append(summary.request.method_text).append(" ");
  append_target(out, summary);
  out += ' ';
  append_number(out, static_cast<std::uint64_t>(summary.status));
  out += ' ';
  append_decimal(out, micros_of(summary), 3);
  out += "ms";
}

/// What a person wants to see next to it.
void append_who(std::string& out, const RequestSummary& summary) {
  out.append(" ").append(summary.request.remote_address);
  if (!summary.principal.empty()) out.append(" ").append(summary.principal);
  out.append(" ").append(summary.request.request_id);
}

/// Cloud Logging's HttpRequest.
void append_http_request(std::string& out, const RequestSummary& summary) {
  const http::Request& request = summary.request;
  out += ",\"httpRequest\":{\"requestMethod\":";
  append_lossy_json_string(out, request.method_text);
  thread_local std::string target;
  target.clear();
  append_target(target, summary);
  append_logged_member(out, "requestUrl", target);
  out += ",\"status\":";
  append_number(out, static_cast<std::uint64_t>(summary.status));
  out += ",\"latency\":\"";
  append_decimal(out, micros_of(summary), 6);
  out += "s\",\"responseSize\":\"";
  append_number(out, summary.response_bytes);
  out += '"';
  append_logged_member(out, "remoteIp", request.remote_address);
  if (const auto agent = request.headers.find("User-Agent")) {
    append_logged_member(out, "userAgent", *agent);
  }
  append_logged_member(out, "protocol", request.http_minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1");
  out += '}';
}

void append_trace(std::string& out, const http::Headers& headers, const std::string& project) {
  const auto trace = http::trace_context_of(headers);
  if (!trace) return;
  const std::string path = project.empty() ? "" : "projects/" + project + "/traces/";
  append_logged_member(out, "logging.googleapis.com/trace", path + trace->trace_id);
  if (!trace->span_id.empty()) {
    append_logged_member(out, "logging.googleapis.com/spanId", trace->span_id);
  }
  out.append(",\"logging.googleapis.com/trace_sampled\":")
      .append(trace->sampled ? "true" : "false");
}

/// " unavailable: The detail. (the cause); 12 more like it were left out"
void append_why(std::string& out, const Error* error, std::size_t left_out) {
  if (error != nullptr) {
    out.append(" ").append(error_name(error->code)).append(": ").append(error->detail);
    if (!error->cause.empty()) out.append(" (").append(error->cause).append(")");
  }
  if (left_out > 0) {
    out += "; ";
    append_number(out, left_out);
    out += " more like it were left out";
  }
}

/// The same as members.
void append_why_members(std::string& out, const Error* error, std::size_t left_out) {
  if (error != nullptr) {
    append_logged_member(out, "code", error_name(error->code));
    append_logged_member(out, "detail", error->detail);
    if (!error->cause.empty()) append_logged_member(out, "cause", error->cause);
  }
  if (left_out > 0) {
    out += ",\"leftOut\":";
    append_number(out, left_out);
  }
}

}  // namespace

bool AccessLog::wants(LogLevel level) {
  if (!log_.writes(level)) return false;
  if (level != LogLevel::info) return true;
  if (settings_.every <= 1) return settings_.every == 1;
  return good_answers_.fetch_add(1, std::memory_order_relaxed) % settings_.every == 0;
}

void AccessLog::answered(const RequestSummary& summary) {
  const LogLevel level = level_of(summary);
  if (!wants(level)) return;
  std::size_t left_out = 0;
  if (level == LogLevel::error) {
    const auto code = summary.error ? std::optional(summary.error->code) : std::nullopt;
    const auto passed = failures_.pass({std::string(summary.route), code}, steady_clock::now());
    if (!passed) return;
    left_out = *passed;
  }
  write_answer(summary, level, left_out);
}

void AccessLog::write_answer(const RequestSummary& summary, LogLevel level, std::size_t left_out) {
  thread_local std::string message;
  thread_local std::string members;
  message.clear();
  members.clear();
  append_message(message, summary);
  const bool failed = level == LogLevel::error;
  if (log_.json()) {
    append_logged_member(members, "requestId", summary.request.request_id);
    if (!summary.principal.empty()) append_logged_member(members, "principal", summary.principal);
    append_http_request(members, summary);
    append_trace(members, summary.request.headers, settings_.project);
    if (failed) append_logged_member(members, "route", summary.route);
    if (failed) append_why_members(members, summary.error, left_out);
  } else {
    append_who(message, summary);
    if (failed) append_why(message, summary.error, left_out);
  }
  log_.write({level, message, members});
}

void AccessLog::failed(const http::Failure& failure) {
  const auto left_out = failures_.pass({"", failure.error.code}, steady_clock::now());
  if (!left_out) return;
  std::string message(failure.operation);
  if (!message.empty()) message += ' ';
  message += failure.status > 0 ? std::to_string(failure.status) : "cut off";
  std::string members;
  if (log_.json()) {
    append_logged_member(members, "requestId", failure.request_id);
    members.append(",\"status\":").append(std::to_string(failure.status));
    append_why_members(members, &failure.error, *left_out);
  } else {
    message.append(" ").append(failure.request_id);
    append_why(message, &failure.error, *left_out);
  }
  log_.write({LogLevel::error, message, members});
}

void AccessLog::page_refused(std::string_view origin) {
  {
    const MutexLock lock(origins_mutex_);
    if (origins_told_.size() == kOriginsTold || origins_told_.contains(origin)) return;
    origins_told_.emplace(origin);
  }
  const std::string name(origin);
  log_.warning("a page of " + name + " was rejected; --cors-origin " + name +
               " would let it call this server");
}

}  // namespace dropzone::log
