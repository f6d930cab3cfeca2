#pragma once

#include <filesystem>
#include <memory>

#include <dropzone/kind/kind.h>
#include <dropzone/log/log.h>
#include <dropzone/metrics/metrics.h>
#include <dropzone/result.h>
#include <dropzone/sqlite/sqlite_record_repository.h>

namespace dropzone::server {

/// Opens the SQLite store in this file with the indexes of the kinds; logs how far the building of
/// a new one is and what an operator should know, for which the log must outlive it, and adds the
/// figures of its commits and its log to the metrics, which must be used no longer than the store.
Result<std::unique_ptr<sqlite::SqliteRecordRepository>> open_sqlite(
    const std::filesystem::path& path, const KindCatalog& kinds, metrics::Metrics& metrics,
    log::Log& log);

}  // namespace dropzone::server
