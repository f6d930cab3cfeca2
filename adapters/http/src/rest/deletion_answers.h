#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/http/message/response.h>
#include <dropzone/job/deletion.h>
#include <dropzone/job/job.h>
#include <dropzone/result.h>

#include "rest/route.h"

namespace dropzone::http {

/// How answers and the audit log name what is deleted.
struct Deletable {
  std::string_view name;  ///< As in "deletedRecords".
  std::string_view id;    ///< The member with ids.
  // In the audit log.
  std::string_view deleted;
  std::string_view selected;
};
inline constexpr Deletable kRecords{
    .name = "Records", .id = "_id", .deleted = "deleted", .selected = "selected"};
inline constexpr Deletable kRejects{.name = "Rejects",
                                    .id = "rejectId",
                                    .deleted = "deletedRejects",
                                    .selected = "selectedRejects"};

/// Those that were named and deleted, and those of them that were not there.
[[nodiscard]] Response deleted_named(const Call& call, const Deletable& what, std::size_t deleted,
                                     const std::vector<std::string>& missing);

/// How many a deletion would delete, and the first of them.
[[nodiscard]] Result<Response> preview_deletion(const Call& call, const Deletable& what,
                                                const FilterDeletion& deletion);

/// Deletes few at once. For many, or at a certain rate, it makes a job by `ask`.
[[nodiscard]] Result<Response> delete_selected(const RouteContext& context, const Call& call,
                                               const Deletable& what,
                                               const FilterDeletion& deletion,
                                               std::optional<std::int64_t> rate,
                                               const std::function<Result<Job>()>& ask);

}  // namespace dropzone::http
