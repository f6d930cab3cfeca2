#include <utility>

#include <dropzone/store/drop_zone.h>

namespace dropzone {

Result<DeleteReport> DropZone::remove(std::string_view kind, std::span<const std::string> ids,
                                      const CallOptions& options) {
  const auto found = kinds()->find(kind);
  if (!found) return found.error();
  return erase((*found)->name(), ids, options);
}

Result<DeleteReport> DropZone::remove_rejects(std::span<const std::string> ids,
                                              const CallOptions& options) {
  return erase(std::string(kRejectsKind), ids, options);
}

Result<DeleteReport> DropZone::erase(const std::string& kind, std::span<const std::string> ids,
                                     const CallOptions& options) {
  std::vector<Erase> erases;
  erases.reserve(ids.size());
  for (const std::string& id : ids) erases.push_back({.id = id});
  const auto statuses = ports_.repository.erase(kind, erases, options);
  if (!statuses) return statuses.error();

  DeleteReport report;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if ((*statuses)[i] == EraseStatus::erased) {
      ++report.deleted;
    } else {
      report.missing.push_back(ids[i]);
    }
  }
  return report;
}

}  // namespace dropzone
