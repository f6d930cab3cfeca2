#pragma once

#include <memory>
#include <string>
#include <vector>

#include <dropzone/kind/kind.h>

namespace dropzone::datastore {

/// The composite indexes that kinds need, as an `index.yaml` for
/// `gcloud datastore indexes create`. Datastore indexes each field by itself; these are for what a
/// kind file declares beyond that: any two of its indexed fields can be combined, a filter on one
/// with an order by the other, and a declared index over several fields serves its order both ways.
/// `bounds_rejects`: whether there is a bound of the rejects of a kind, whose oldest are looked
/// for.
[[nodiscard]] std::string index_definitions(const std::vector<std::shared_ptr<const Kind>>& kinds,
                                            bool bounds_rejects);

}  // namespace dropzone::datastore
