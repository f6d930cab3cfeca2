#include <string>
#include <vector>

#include <dropzone/store/drop_zone.h>

namespace dropzone {

namespace {

std::vector<Erase> erases_of(std::span<const std::string> ids) {
  std::vector<Erase> erases;
  erases.reserve(ids.size());
  for (const std::string& id : ids) erases.push_back({.id = id});
  return erases;
}

DeleteReport report_of(std::span<const std::string> ids, const std::vector<EraseStatus>& statuses) {
  DeleteReport report;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (statuses[i] == EraseStatus::erased) {
      ++report.deleted;
    } else {
      report.missing.push_back(ids[i]);
    }
  }
  return report;
}

}  // namespace

Result<DeleteReport> DropZone::remove(std::string_view kind, std::span<const std::string> ids,
                                      const CallOptions& options) {
  DROPZONE_TRY(const auto found, kinds()->find(kind));
  DROPZONE_TRY(const auto statuses, writer_.erase(*found, erases_of(ids), options));
  return report_of(ids, statuses);
}

Result<DeleteReport> DropZone::remove_rejects(std::span<const std::string> ids,
                                              const CallOptions& options) {
  DROPZONE_TRY(const auto statuses,
               ports_.repository.erase(std::string(kRejectsKind), erases_of(ids), options));
  return report_of(ids, statuses);
}

}  // namespace dropzone
