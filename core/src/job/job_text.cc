#include "job/job_text.h"

#include <array>
#include <utility>

namespace dropzone {
namespace {

constexpr std::array kPermissions = {Permission::read, Permission::write, Permission::remove,
                                     Permission::admin};

/// Reads members and notes whether one was not what it must be.
class JobReader {
 public:
  explicit JobReader(const Object& object) : object_(object) {}

  std::string text(std::string_view name) {
    const Value* const value = object_.find(name);
    sound_ = sound_ && value && value->as_string();
    return std::string(text_of(value));
  }
  std::optional<std::int64_t> optional_integer(std::string_view name) {
    const Value* const value = object_.find(name);
    if (!value) return std::nullopt;
    sound_ = sound_ && value->as_integer();
    return value->as_integer() ? std::optional(*value->as_integer()) : std::nullopt;
  }
  std::int64_t integer(std::string_view name) {
    const auto number = optional_integer(name);
    sound_ = sound_ && number;
    return number.value_or(0);
  }
  std::optional<Timestamp> time(std::string_view name) {
    const auto micros = optional_integer(name);
    return micros ? std::optional(Timestamp{*micros}) : std::nullopt;
  }
  std::optional<Object> optional_object(std::string_view name) {
    const Value* const value = object_.find(name);
    if (!value) return std::nullopt;
    sound_ = sound_ && value->as_object();
    return value->as_object() ? std::optional(*value->as_object()) : std::nullopt;
  }
  Object object(std::string_view name) { return optional_object(name).value_or(Object()); }
  bool flag(std::string_view name) {
    const Value* const value = object_.find(name);
    return value && *value == Value(true);
  }
  void expect(bool sound) { sound_ = sound_ && sound; }
  [[nodiscard]] bool sound() const noexcept { return sound_; }

 private:
  const Object& object_;
  bool sound_ = true;
};

void append_time(Object& object, std::string name, const std::optional<Timestamp>& time) {
  if (time) object.append(std::move(name), time->micros);
}

void read_progress(JobReader& reader, JobProgress& progress) {
  progress.checkpoint = reader.object("checkpoint");
  progress.done = reader.integer("done");
  progress.total = reader.optional_integer("total");
  progress.counts = reader.object("counts");
  progress.report = reader.object("report");
}

}  // namespace

Object object_of(const Job& job) {
  Object object{{"type", job.type},
                {"kind", job.kind},
                {"permission", role_name(job.permission)},
                {"dryRun", job.dry_run},
                {"parameters", job.parameters}};
  if (job.max_per_second) object.append("maxPerSecond", *job.max_per_second);
  object.append("state", state_name(job.state));
  append_time(object, "createdAt", job.created_at);
  object.append("createdBy", job.created_by);
  append_time(object, "startedAt", job.started_at);
  append_time(object, "finishedAt", job.finished_at);
  object.append("checkpoint", job.progress.checkpoint);
  object.append("done", job.progress.done);
  if (job.progress.total) object.append("total", *job.progress.total);
  object.append("counts", job.progress.counts);
  object.append("report", job.progress.report);
  object.append("perSecond", job.per_second);
  if (job.error) object.append("error", *job.error);
  object.append("attempts", job.attempts);
  return object;
}

Result<Job> job_of(const Value& value) {
  static const Object kNothing;
  const Object* const object = value.as_object();
  JobReader reader(object ? *object : kNothing);
  Job job;
  job.type = reader.text("type");
  job.kind = reader.text("kind");
  const std::string role = reader.text("permission");
  for (const Permission each : kPermissions) {
    if (role_name(each) == role) job.permission = each;
  }
  job.dry_run = reader.flag("dryRun");
  job.parameters = reader.object("parameters");
  job.max_per_second = reader.optional_integer("maxPerSecond");
  const auto state = state_of_name(reader.text("state"));
  reader.expect(state.has_value());
  job.state = state.value_or(JobState::failed);
  job.created_at = {reader.integer("createdAt")};
  job.created_by = reader.text("createdBy");
  job.started_at = reader.time("startedAt");
  job.finished_at = reader.time("finishedAt");
  read_progress(reader, job.progress);
  const Value* const rate = object ? object->find("perSecond") : nullptr;
  reader.expect(rate && rate->value_class() == ValueClass::number);
  if (reader.sound()) job.per_second = to_double(*rate);
  job.error = reader.optional_object("error");
  job.attempts = reader.integer("attempts");
  if (reader.sound()) return job;
  return Error{ErrorCode::store_corrupt, "A job in the store is damaged."};
}

}  // namespace dropzone
