#include "store/drop_zone/new_writes.h"

#include <utility>

#include <dropzone/kind/refusal.h>
#include <dropzone/value/json_text.h>

#include "store/drop_zone/reject_counter.h"
#include "value/hash_text.h"

namespace dropzone {
namespace {

std::string reject_id(const Kind& kind, const Sha256& original, const Digest& digest) {
  std::string text = kind.name() + '\0';
  text.append(reinterpret_cast<const char*>(original.data()), original.size());
  return short_text(digest.sha256(text));
}

}  // namespace

RecordMeta new_meta(const DropZone::Ports& ports, const Kind& kind, std::string_view original,
                    const Received& received) {
  RecordMeta meta{.created_at = received.at,
                  .updated_at = received.at,
                  .version = ports.ids.next(),
                  .pipeline = kind.pipeline_name(),
                  .sha256 = {}};
  if (kind.pipeline().reads_received()) meta.received = received;
  if (ports.digest) meta.sha256 = ports.digest->sha256(original);
  return meta;
}

std::optional<std::chrono::seconds> kept_since(std::optional<std::chrono::seconds> time,
                                               Timestamp created_at, Timestamp received_at) {
  if (!time) return std::nullopt;
  const std::chrono::microseconds known(received_at.micros - created_at.micros);
  return *time + std::chrono::ceil<std::chrono::seconds>(known);
}

Object reject_data(const Kind& kind, const Error& reason, Timestamp received_at,
                   std::int64_t times) {
  Object data;
  set_times(data, times);
  data.append("kind", kind.name());
  data.append("code", error_name(reason.code));
  if (!reason.step.empty()) data.append("step", reason.step);
  if (!reason.pointer.empty()) data.append("pointer", reason.pointer);
  data.append("detail", reason.detail);
  Object more = refusal_members(reason);
  for (Member& member : more.members()) {
    data.append(std::move(member.name), std::move(member.value));
  }
  data.append("receivedAt", received_at);
  return data;
}

Write reject_write(const DropZone::Ports& ports, const Kind& kind, std::string original,
                   const Error& reason, const Received& received) {
  Write write;
  write.kind = kRejectsKind;
  write.meta = new_meta(ports, kind, original, received);
  write.meta.received = received;  // For a replay, whatever its pipeline reads.
  write.id = ports.digest ? reject_id(kind, *write.meta.sha256, *ports.digest) : ports.ids.next();
  write.original = std::move(original);
  write.data = reject_data(kind, reason, received.at, 1);
  write.data_json = to_json(write.data);
  write.kept_for = ports.reject_retention;
  return write;
}

}  // namespace dropzone
