#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <dropzone/auth/user_changes.h>
#include <dropzone/files/line_file.h>
#include <dropzone/http/message/request_observer.h>
#include <dropzone/log/log.h>
#include <dropzone/result.h>
#include <dropzone/store/clock.h>

namespace dropzone::log {

/// Changes and rejected requests with their users, as a stream of JSON objects, one a line;
/// docs/security.md has its members. It is about every request that stores or deletes, that has to
/// do with keys or tokens, or that is refused for its credentials, its roles or its address; about
/// read requests if configured; and about the users that the server knows.
///
/// In a file a line is there before the answer goes out. A line that cannot be written is an error
/// in the server's log, with the whole line in it, and is counted. Thread-safe.
class AuditLog final : public http::RequestObserver {
 public:
  struct Settings {
    std::filesystem::path file;  ///< `stderr`: lines go where the log's go, when those go.
    bool reads = false;          ///< Logs read requests, too.
  };

  /// Clock and log must outlive the audit log. Faults are those of LineFile::open().
  static Result<std::unique_ptr<AuditLog>> open(Settings settings, Clock& clock, Log& log);

  void answered(const http::RequestSummary& summary) override;

  /// Reports that the users were read, or could not be: at the start (all are new), or on SIGHUP.
  void users_read(const Result<UserChanges>& changes);

  /// Reports that a kind's file was read again and has another definition. `changes` is the JSON
  /// text of audited_differences().
  void kind_read(std::string_view kind, std::string_view changes);

  /// Another event that was not a request. `members` as in LogLine.
  void record(std::string_view operation, std::string_view outcome, std::string_view members);

  /// See LineFile::reopen().
  Result<void> reopen();

  /// Lines so far that could not be written to the file.
  [[nodiscard]] std::uint64_t faults() const noexcept { return faults_.load(); }

 private:
  AuditLog(Settings settings, std::unique_ptr<files::LineFile> file, Clock& clock, Log& log)
      : settings_(std::move(settings)), file_(std::move(file)), clock_(clock), log_(log) {}

  [[nodiscard]] bool wants(const http::RequestSummary& summary) const;

  const Settings settings_;
  const std::unique_ptr<files::LineFile> file_;  ///< Null: the log's descriptor.
  Clock& clock_;
  Log& log_;
  std::atomic<std::uint64_t> faults_ = 0;
};

}  // namespace dropzone::log
