#include <span>
#include <utility>

#include <dropzone/store/reject_replay.h>

#include "store/drop_zone/new_writes.h"
#include "store/replayed.h"

namespace dropzone {
namespace {

Result<Replayed> find_reject(const RejectReplay::Ports& ports, const std::string& id,
                             const CallOptions& options) {
  Result<Replayed> found = no_such_reject(id);
  DROPZONE_CHECK(ports.zone.repository().find(
      std::string(kRejectsKind), std::span(&id, 1), kWholeReject,
      [&](const RecordView& view) { found = read_reject(view, ports.documents); }, options));
  return found;
}

}  // namespace

Result<StoreResult> RejectReplay::correct(const std::string& reject_id, IncomingRecord correction,
                                          const CallOptions& options) const {
  DropZone& zone = ports_.zone;
  DROPZONE_TRY(Replayed reject, find_reject(ports_, reject_id, options));
  DROPZONE_TRY(const auto kind, zone.kinds()->find(reject.kind_name));
  const Received received{.at = zone.ports().clock.now(), .by = options.principal};
  StoreResult result;
  result.status = StoreStatus::rejected;
  result.reject_id = reject_id;

  Allowance allowance(zone.limits(), options);
  auto made = std::move(correction.object).and_then([&](Object object) {
    return admit(*kind, std::move(object), StepContext(allowance, received));
  });
  if (made) made = with_id(*std::move(made), *kind, zone.ports().digest);
  if (auto error = allowance.exhausted()) return *std::move(error);
  allowance.settle();
  if (!made) {
    result.error = std::move(made).error();
    return result;
  }
  result.id = made->id ? *made->id : reject_id;
  result.meta = new_meta(zone.ports(), *kind, correction.original, received);
  const Write record{.kind = kind->name(),
                     .id = result.id,
                     .original = std::move(correction.original),
                     .data = std::move(made->data),
                     .data_json = made->data_json,
                     .meta = result.meta,
                     .if_exists = IfExists::fail,
                     .if_version = {},
                     .kept_for = kind->retention()};
  for (int round = 0; round < kMaxReplayRounds; ++round) {
    DROPZONE_TRY(auto outcomes, zone.repository().write({record, end_of(reject, true)},
                                                        Atomicity::partial, options));
    if (outcomes[0].status == WriteStatus::refused) {
      result.error = std::move(outcomes[0].error);
      return result;
    }
    if (outcomes[0].status == WriteStatus::created) {
      result.status = StoreStatus::stored;
      result.reject_id.clear();
      result.data = std::move(made->data_json);
      result.rounded = std::move(correction.rounded);
      tell_stored(zone, kind->name(), 1);
      return result;
    }
    // Somebody counted it up, replayed it or deleted it.
    DROPZONE_TRY(reject, find_reject(ports_, reject_id, options));
  }
  return others_wrote_reject();
}

}  // namespace dropzone
