#include <dropzone/store/write_decision.h>

#include <string>
#include <utility>

namespace dropzone {
namespace {

bool fulfils(const std::optional<PresentRecord>& present,
             const std::optional<std::string>& if_version) noexcept {
  return !if_version || (present && (*if_version == "*" || *if_version == present->version));
}

WriteOutcome refused(ErrorCode code, std::string detail) {
  return {WriteStatus::refused, {code, std::move(detail)}, {}};
}

}  // namespace

WriteOutcome decide(const Write& write, const std::optional<PresentRecord>& present) {
  if (!fulfils(present, write.if_version)) {
    return refused(ErrorCode::precondition_failed,
                   present ? "The record has another version." : "There is no such record.");
  }
  if (write.erases) {
    if (present) return {WriteStatus::erased, {}, {}};
    if (write.if_exists == IfExists::skip) return {WriteStatus::skipped, {}, {}};
    return refused(ErrorCode::not_found, "There is no such record.");
  }
  if (!present) return {WriteStatus::created, {}, write.meta.created_at};
  switch (write.if_exists) {
    case IfExists::skip: return {WriteStatus::skipped, {}, {}};
    case IfExists::replace: return {WriteStatus::replaced, {}, present->created_at};
    case IfExists::fail: break;
  }
  return refused(ErrorCode::already_exists, "A record with this _id exists.");
}

EraseStatus decide(const Erase& erase, const std::optional<PresentRecord>& present) noexcept {
  if (!present) return EraseStatus::missing;
  return fulfils(present, erase.if_version) ? EraseStatus::erased
                                            : EraseStatus::precondition_failed;
}

}  // namespace dropzone
