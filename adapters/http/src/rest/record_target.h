#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <dropzone/http/message/response.h>
#include <dropzone/result.h>
#include <dropzone/store/drop_zone.h>
#include <dropzone/store/record.h>

#include "rest/conditions.h"
#include "rest/parameters.h"
#include "rest/route.h"

namespace dropzone::http {

/// What a call on one record names.
struct Target {
  std::string kind;
  std::string id;
};

/// The record of a call's path, and the kind that kind_of() finds.
Result<Target> target_of(const Call& call, const ApiOptions& options);

/// `precondition_failed`: what is said of tags for If-Match that do not match this version.
[[nodiscard]] Error no_match(const EntityTags& tags, std::string_view version);

/// The version that a write must find, by If-Match: "*" for any, the one tag, or the present
/// version if it is one of several.
Result<std::optional<std::string>> required_version(const RouteContext& context,
                                                    const Target& target, const Call& call);

/// The conditions of If-Match and If-None-Match. `precondition_failed` if they are not fulfilled.
Result<VersionConditions> conditions_of(const RouteContext& context, const Target& target,
                                        const Call& call);

/// A record with its ETag, and the names of requested fields that it does not have.
[[nodiscard]] Response record_response(int status, const RecordView& view, const RecordParts& shown,
                                       std::string_view version);

/// The answer to a call that has written a record of this original.
[[nodiscard]] Response written_response(const Call& call, const Target& target,
                                        const PutResult& result, const RecordParts& shown,
                                        std::string_view original, const RoundedIntegers& rounded);

}  // namespace dropzone::http
