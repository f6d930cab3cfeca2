#include <dropzone/json/decode_replay.h>

#include <array>
#include <optional>

#include <dropzone/value/timestamp.h>

#include "request_members.h"

namespace dropzone::json {
namespace {

constexpr std::size_t kMaxReplayDepth = 4;
constexpr std::array<std::string_view, 8> kReplayNames{
    "rejectIds",      "kind",          "code",   "step",
    "receivedBefore", "receivedAfter", "dryRun", "maxPerSecond"};

std::optional<Timestamp> time_of(RequestMembers& members, std::string_view name) {
  const auto text = members.string(name);
  if (!text) return std::nullopt;
  const auto time = parse_timestamp(*text);
  if (time) return *time;
  members.refuse(name, time.error().detail);
  return std::nullopt;
}

void refuse_beside_reject_ids(RequestMembers& members) {
  for (const std::string_view name : {"kind", "code", "step", "receivedBefore", "receivedAfter"}) {
    if (!members.find(name)) continue;
    members.refuse(name, "The rejects are named by \"rejectIds\"; select no others besides.");
  }
  if (!members.find("maxPerSecond")) return;
  members.refuse("maxPerSecond",
                 "\"maxPerSecond\" asks for a job, which selects rejects; name none.");
}

}  // namespace

Result<ReplayRequest> decode_replay(std::string_view body, MemoryAccount* memory) {
  DROPZONE_TRY(const Object object, decode_request(body, kMaxReplayDepth, memory));
  RequestMembers members(object);
  members.allow(kReplayNames);
  ReplayRequest request{.reject_ids = members.strings("rejectIds"),
                        .selection = {.kind = members.string("kind"),
                                      .code = members.string("code"),
                                      .step = members.string("step"),
                                      .received_before = time_of(members, "receivedBefore"),
                                      .received_after = time_of(members, "receivedAfter")},
                        .dry_run = members.flag("dryRun"),
                        .max_per_second = members.rate()};
  if (!request.reject_ids.empty()) refuse_beside_reject_ids(members);
  if (members.fault()) return *members.fault();
  return request;
}

}  // namespace dropzone::json
