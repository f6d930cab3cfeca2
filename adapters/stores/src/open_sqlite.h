#pragma once

#include <filesystem>
#include <memory>

#include <dropzone/result.h>
#include <dropzone/sqlite/sqlite_record_repository.h>
#include <dropzone/stores/open_store.h>

namespace dropzone::stores {

/// Opens the SQLite store in this file with the indexes of the kinds; logs how far the building of
/// a new one is and what an operator should know, and adds the stats of its commits and its
/// write-ahead log to the metrics.
Result<std::unique_ptr<sqlite::SqliteRecordRepository>> open_sqlite(
    const std::filesystem::path& path, const Opening& opening);

}  // namespace dropzone::stores
