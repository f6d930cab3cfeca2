#include <dropzone/job/job.h>

#include <algorithm>
#include <array>
#include <utility>

#include <dropzone/kind/refusal.h>

namespace dropzone {
namespace {

constexpr std::array<std::pair<JobState, std::string_view>, 5> kStates = {{
    {JobState::waiting, "waiting"},
    {JobState::running, "running"},
    {JobState::succeeded, "succeeded"},
    {JobState::failed, "failed"},
    {JobState::cancelled, "cancelled"},
}};

}  // namespace

std::string_view state_name(JobState state) noexcept {
  const auto* const found =
      std::ranges::find(kStates, state, &std::pair<JobState, std::string_view>::first);
  return found == kStates.end() ? std::string_view() : found->second;
}

std::optional<JobState> state_of_name(std::string_view name) noexcept {
  const auto* const found =
      std::ranges::find(kStates, name, &std::pair<JobState, std::string_view>::second);
  return found == kStates.end() ? std::nullopt : std::optional(found->first);
}

void JobProgress::count(std::string_view name, std::int64_t records) {
  const Value* const before = counts.find(name);
  const std::int64_t* const number = before ? before->as_integer() : nullptr;
  counts.set(name, (number ? *number : 0) + records);
}

Object error_object(const Error& error) {
  Object object{{"code", error_name(error.code)}};
  if (!error.step.empty()) object.append("step", error.step);
  if (!error.pointer.empty()) object.append("pointer", error.pointer);
  object.append("detail", error.detail);
  Object more = refusal_members(error);
  for (Member& member : more.members()) {
    object.append(std::move(member.name), std::move(member.value));
  }
  return object;
}

}  // namespace dropzone
