#include "log/log.h"

#include <cstddef>

#include <dropzone/json_text.h>
#include <dropzone/record_id.h>
#include <dropzone/timestamp.h>

#include "log/log_writer.h"

namespace dropzone::server {
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

void append_json_line(std::string& out, const LogLine& line, Timestamp now) {
  out.append("{\"severity\":\"").append(severity(line.level)).append("\",\"time\":\"");
  append_timestamp(out, now);
  out += "\",\"message\":";
  append_logged_string(out, line.message);
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
      writer_(std::make_unique<LogWriter>(settings.descriptor, [this](std::size_t dropped) {
        std::string text;
        const std::string message = std::to_string(dropped) + " log lines were dropped";
        const LogLine line{LogLevel::warning, message};
        (settings_.json ? append_json_line : append_text_line)(text, line, clock_.now());
        return text;
      })) {}

Log::~Log() = default;

void Log::write(const LogLine& line) {
  if (!writes(line.level)) return;
  thread_local std::string text;
  text.clear();
  (settings_.json ? append_json_line : append_text_line)(text, line, clock_.now());
  writer_->write(text);
}

void Log::flush() { writer_->flush(); }

void append_logged_string(std::string& out, std::string_view text) {
  if (is_utf8(text)) {
    append_json_string(out, text);
    return;
  }
  std::string ascii(text);
  for (char& c : ascii) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  append_json_string(out, ascii);
}

}  // namespace dropzone::server
