#include <dropzone/log/log.h>

#include <cstddef>

#include <spdlog/logger.h>

#include <dropzone/http/message/secret_mask.h>
#include <dropzone/value/json_text.h>
#include <dropzone/value/timestamp.h>

#include "async_sink.h"

namespace dropzone::log {
namespace {

/// The names of Cloud Logging's severities.
std::string_view severity(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "DEBUG";
    case LogLevel::info: return "INFO";
    case LogLevel::warning: return "WARNING";
    case LogLevel::error: return "ERROR";
  }
  return "DEFAULT";
}

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

void append_json_line(std::string& out, const LogLine& line, Timestamp now) {
  out.append("{\"severity\":\"").append(severity(line.level)).append("\",\"time\":\"");
  append_timestamp(out, now);
  out += "\",\"message\":";
  append_lossy_json_string(out, line.message);
  out.append(line.members).append("}\n");
}

void append_text_line(std::string& out, const LogLine& line, Timestamp now) {
  constexpr std::int64_t kMicrosPerMilli = 1'000;
  append_timestamp(out, {now.micros - now.micros % kMicrosPerMilli});
  out.append(" ").append(severity(line.level)).append(" ");
  for (const char c : line.message) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  out += '\n';
}

}  // namespace

Log::Log(Settings settings, Clock& clock)
    : settings_(settings),
      clock_(clock),
      sink_(std::make_shared<AsyncSink>(settings.descriptor,
                                        [this](std::size_t dropped) {
                                          std::string text;
                                          const std::string message =
                                              std::to_string(dropped) + " log lines were dropped";
                                          append_line(text, {LogLevel::warning, message});
                                          return text;
                                        })),
      logger_(std::make_unique<spdlog::logger>("server", sink_)) {
  logger_->set_level(level_of(settings.level));
}

Log::~Log() = default;

bool Log::writes(LogLevel level) const noexcept { return logger_->should_log(level_of(level)); }

void Log::write(const LogLine& line) {
  if (!writes(line.level)) return;
  thread_local std::string text;
  text.clear();
  append_line(text, line);
  logger_->log(level_of(line.level), spdlog::string_view_t(text.data(), text.size()));
}

void Log::write_whole(std::string_view line) {
  logger_->log(spdlog::level::critical, spdlog::string_view_t(line.data(), line.size()));
}

void Log::append_line(std::string& out, const LogLine& line) const {
  const std::size_t begin = out.size();
  (settings_.json ? append_json_line : append_text_line)(out, line, clock_.now());
  const auto written = std::string_view(out).substr(begin);
  if (http::has_secret(written)) out.replace(begin, out.npos, http::without_secrets(written));
}

void Log::flush() { logger_->flush(); }

std::uint64_t Log::lost() const noexcept { return sink_->lost(); }

void append_logged_member(std::string& out, std::string_view name, std::string_view text) {
  out.append(",\"").append(name).append("\":");
  append_lossy_json_string(out, text);
}

void append_logged_list(std::string& out, std::string_view name,
                        const std::vector<std::string>& texts) {
  out.append(",\"").append(name).append("\":[");
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    append_lossy_json_string(out, texts[i]);
  }
  out += ']';
}

}  // namespace dropzone::log
