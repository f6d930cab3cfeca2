#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <dropzone/auth/grants.h>
#include <dropzone/error.h>
#include <dropzone/value/timestamp.h>
#include <dropzone/value/value.h>

namespace dropzone {

enum class JobState : std::uint8_t {
  waiting,  ///< No instance runs it: it is new, or its instance has ended.
  running,
  succeeded,
  failed,
  cancelled,
};

/// "waiting", "running", "succeeded", "failed", "cancelled".
[[nodiscard]] std::string_view state_name(JobState state) noexcept;
[[nodiscard]] std::optional<JobState> state_of_name(std::string_view name) noexcept;

/// How far a job is: all that its work knows between two chunks. It is durable once it is saved.
struct JobProgress {
  Object checkpoint;                  ///< The work's own: where it goes on. Empty at the start.
  std::int64_t done = 0;              ///< Records looked at.
  std::optional<std::int64_t> total;  ///< About as many as there are, if that is known.
  Object counts;                      ///< What became of them, by name: integers.
  Object report;  ///< What the work has to say; at most kMaxReportBytes of JSON.

  /// Adds to one of the counts.
  void count(std::string_view name, std::int64_t records = 1);

  friend bool operator==(const JobProgress&, const JobProgress&) = default;
};

/// What a report may have: it is written again with each checkpoint.
inline constexpr std::size_t kMaxReportBytes = std::size_t{256} << 10;

/// Long work over many records, which outlives requests and processes. A value.
struct Job {
  std::string id;
  std::string type;  ///< The name under which its work is registered: "retransform".
  std::string kind;  ///< Of the records; empty: of all kinds.
  /// What is needed to ask for it, and to cancel it.
  Permission permission = Permission::admin;
  bool dry_run = false;
  Object parameters;                           ///< The work's own.
  std::optional<std::int64_t> max_per_second;  ///< Records, at least 1.

  JobState state = JobState::waiting;
  Timestamp created_at;
  std::string created_by;  ///< The principal.
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
  JobProgress progress;
  double per_second = 0;        ///< Records, of late.
  std::optional<Object> error;  ///< Why it failed: see error_object().

  /// How often it was taken by an instance that has saved nothing of it since.
  std::int64_t attempts = 0;
  /// Of its record in the repository: changes with each save, so it shows whether the job is alive.
  std::string version;

  [[nodiscard]] bool is_open() const noexcept {
    return state == JobState::waiting || state == JobState::running;
  }
};

/// `{"code", "step"?, "pointer"?, "detail"}`, and what refusal_members() shows.
[[nodiscard]] Object error_object(const Error& error);

}  // namespace dropzone
