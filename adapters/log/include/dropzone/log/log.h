#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/log/log_level.h>
#include <dropzone/store/clock.h>

namespace spdlog {
class logger;
}

namespace dropzone::log {

class AsyncSink;

/// One line to be logged: what happened, and more members in JSON.
struct LogLine {
  LogLevel level = LogLevel::info;
  std::string_view message;
  /// JSON text of further members, each with a comma before it: `,"requestId":"x"`.
  std::string_view members = {};
};

/// Writes lines, as text or as JSON objects, to a descriptor. Secrets in them are masked.
/// Thread-safe.
///
/// Lines are gathered and written by a thread of the log's own within a tenth of a second, so that
/// a line costs the caller no system call and a reader that stalls stops nobody. If a reader
/// falls 8 MiB behind, lines are dropped, and counted in a line of their own later. What is there
/// when the log is destroyed is written first.
class Log {
 public:
  struct Settings {
    LogLevel level = LogLevel::info;
    bool json = false;
    int descriptor = 2;  ///< Belongs to the caller.
  };

  Log(Settings settings, Clock& clock);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Whether lines of this level are written at all.
  [[nodiscard]] bool writes(LogLevel level) const noexcept;
  [[nodiscard]] bool json() const noexcept { return settings_.json; }

  void write(const LogLine& line);
  void info(std::string_view message) { write({LogLevel::info, message}); }
  void warning(std::string_view message) { write({LogLevel::warning, message}); }
  void error(std::string_view message) { write({LogLevel::error, message}); }

  /// Writes a line of another stream, with its end, as it is and whatever the level.
  void write_whole(std::string_view line);

  /// Returns once all lines so far are written, however long the reader takes.
  void flush();

  /// Lines so far that were dropped, or that could not be written.
  [[nodiscard]] std::uint64_t lost() const noexcept;

 private:
  void append_line(std::string& out, const LogLine& line) const;

  const Settings settings_;
  Clock& clock_;
  const std::shared_ptr<AsyncSink> sink_;
  const std::unique_ptr<spdlog::logger> logger_;
};

/// Appends `,"name":"text"`; bytes of the text that are no UTF-8 become question marks.
void append_logged_member(std::string& out, std::string_view name, std::string_view text);

/// Appends `,"name":["first","second"]` so.
void append_logged_list(std::string& out, std::string_view name,
                        const std::vector<std::string>& texts);

}  // namespace dropzone::log
