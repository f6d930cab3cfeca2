#pragma once

#include <string>
#include <vector>

#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>

#include "rest/route.h"

namespace dropzone::http {

/// `invalid_request` if no error has this name, with the nearest one that has.
Result<void> check_reject_code(const std::string& code);

/// The rejects that the query names. `forbidden` if the principal may not do this with their kind,
/// or with all kinds if none is named.
Result<RejectSelection> reject_selection_of(const Call& call, Permission permission);

/// Whether the principal may do this with the kinds of all rejects of these ids.
Result<void> permit_rejects(DropZone& zone, const Call& call, Permission permission,
                            const std::vector<std::string>& ids);

/// What a cursor over selected rejects is bound to.
[[nodiscard]] std::string identity_of(const RejectSelection& selection);

}  // namespace dropzone::http
