#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <dropzone/kind/kind.h>
#include <dropzone/store/clock.h>
#include <dropzone/store/id_source.h>
#include <dropzone/store/record_repository.h>
#include <dropzone/stores/open_store.h>

namespace dropzone::stores {

inline constexpr std::string_view kPipelinesKind = "_dropzone_pipelines";

/// Surprises for an operator about kinds and records, in a sentence each:
/// - a kind whose pipeline or declared types changed under the same version. The store keeps a
///   digest of each version, in the kind `_dropzone_pipelines`, from its first start on.
/// - records of a kind that has no file. Not on a store that other programs share.
/// What cannot be found out now is left out.
[[nodiscard]] std::vector<std::string> find_doubts(const Store& store, RecordRepository& repository,
                                                   const KindCatalog& kinds, Clock& clock,
                                                   IdSource& ids);

/// The store, its path and its size: "opened
/// sqlite:/var/lib/dropzone/dropzone.db: 20,006 records of 3 kinds". Stores that are not embedded
/// are not counted.
[[nodiscard]] std::string describe(const Store& store, RecordRepository& repository);

}  // namespace dropzone::stores
