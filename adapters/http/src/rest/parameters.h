#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <dropzone/json/original_form.h>
#include <dropzone/kind/kind.h>
#include <dropzone/result.h>
#include <dropzone/value/field_path.h>

#include "rest/route.h"

namespace dropzone::http {

/// The query parameters that are not UTF-8, those that the route does not know
/// (`unknown_parameter`, with the nearest one that it does), and the second values of those that
/// take a single one; the first few if there are many.
[[nodiscard]] std::vector<Error> parameter_faults(const Request& request, const Route& route);

/// Whether a parameter may be repeated: `_id`, `rejectId`, `keyId` and `fields`. Their names may
/// have brackets after them, as in `_id[]`.
[[nodiscard]] bool is_list_parameter(std::string_view name) noexcept;

/// The kind that the request names, in the query, in the body or in both alike, else the default.
/// `forbidden` if the principal may not do with it what the route does.
Result<std::string> kind_of(const Call& call, const ApiOptions& options,
                            const std::optional<std::string>& in_body = std::nullopt);

/// What can be said of the kind before a body that may name it has come.
Result<void> check_query_kind(const Call& call, const ApiOptions& options);

/// `true` or `false`; false if it is left out; an empty value (`?trace`) is true.
Result<bool> flag(const Call& call, std::string_view name);

/// The parameter's value if it is one of the choices; the first choice if it is left out.
Result<std::size_t> choice(const Call& call, std::string_view name,
                           const std::vector<std::string_view>& choices);

/// `limit`: the default if it is left out, at most the maximum.
Result<std::size_t> limit_of(const Call& call, const ApiOptions& options);

/// `maxPerSecond`, of jobs: so many records.
Result<std::optional<std::int64_t>> rate_of(const Call& call);

/// The values of a parameter that may be repeated and holds several, separated by commas. Empty
/// ones are left out.
[[nodiscard]] std::vector<std::string> list_of(const Call& call, std::string_view name);

/// list_of() as ids: at least one, `too_many_ids` beyond the limit.
Result<std::vector<std::string>> ids_of(const Call& call, std::string_view name,
                                        const ApiOptions& options);

/// Which parts of records an answer shows.
struct RecordParts {
  json::OriginalForm original = json::OriginalForm::none;
  bool meta = false;
  std::vector<FieldPath> fields;  ///< Empty: all.
};
Result<RecordParts> record_parts(const Call& call);
/// The same, and that the kind's records can have the fields. Of an unknown kind nothing is said.
Result<RecordParts> record_parts(const Call& call, const KindCatalog& kinds, std::string_view kind);

/// Names of fields as paths.
Result<std::vector<FieldPath>> field_paths(const std::vector<std::string>& names);

}  // namespace dropzone::http
