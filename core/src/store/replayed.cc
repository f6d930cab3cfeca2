#include "store/replayed.h"

#include <utility>

#include "store/drop_zone/reject_counter.h"

namespace dropzone {

Result<Replayed> read_reject(const RecordView& view, const DocumentDecoder& documents) {
  DROPZONE_TRY(const Object data, documents.decode(view.data, view.timestamps));
  Replayed reject{.id = std::string(view.id),
                  .original = std::string(view.original),
                  .data_json = std::string(view.data),
                  .meta = *view.meta,
                  .kind_name = std::string(text_of(data.find("kind"))),
                  .received_at = view.meta->created_at,
                  .times = times_in(view.data),
                  .kind = nullptr};
  const Value* const received = data.find("receivedAt");
  if (received && received->as_timestamp()) reject.received_at = *received->as_timestamp();
  return reject;
}

Write end_of(const Replayed& reject, bool joined) {
  Write write;
  write.kind = kRejectsKind;
  write.id = reject.id;
  write.if_version = reject.meta.version;
  write.erases = true;
  write.joined = joined;
  return write;
}

Error others_wrote_reject() {
  return {.code = ErrorCode::unavailable,
          .detail = "Others wrote the reject again and again; repeat it a little later.",
          .retry_after = 1};
}

void tell_stored(const DropZone& zone, const std::string& kind, std::size_t count) {
  StoreReport report;
  report.stored = count;
  if (StoreObserver* const observer = zone.ports().observer) observer->stored(kind, report);
}

}  // namespace dropzone
