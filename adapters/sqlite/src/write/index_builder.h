#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/result.h>

#include "db/catalog.h"
#include "db/connection.h"

namespace dropzone::sqlite {

/// The fields that have an index for the kind's sake. An index over several fields is kept as one
/// over each of them. A kind with a retention has one over `_meta.createdAt` too.
[[nodiscard]] std::set<FieldPath> declared_fields(const Kind& kind);

/// Receives the progress of building an index, in records.
using IndexProgress = std::function<void(std::string_view kind, std::string_view field,
                                         std::int64_t done, std::int64_t total)>;

/// Makes tables for the kinds that have none, the indexes that they declare and the file lacks, and
/// drops those that they no longer declare; each in a transaction of its own. While nobody else
/// writes: see IndexKeeper. One whose building was interrupted is left to that.
Result<void> reconcile(Connection& connection, const Catalog& texts,
                       const std::vector<std::shared_ptr<const Kind>>& kinds,
                       const IndexProgress& progress);

}  // namespace dropzone::sqlite
