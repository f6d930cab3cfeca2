#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include <dropzone/call/call_options.h>
#include <dropzone/result.h>

namespace dropzone::sqlite {

/// Receives the progress of a copy from time to time, in pages of the file.
using BackupProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Copies a store as it is at one moment into a new file, which SqliteRecordRepository::open() then
/// opens like any other. Another process, or this one, may have the store open: it continues
/// reading and writing meanwhile, and its log grows until the copy is complete.
///
/// The copy is checked, and on the disk when this returns; if it fails, there is none.
/// `invalid_configuration` if the store does not exist or the target does,
/// `deadline_exceeded` if the pages could not be read by then.
Result<void> back_up(const std::filesystem::path& store, const std::filesystem::path& target,
                     const BackupProgress& progress = nullptr, Deadline deadline = kNoDeadline);

}  // namespace dropzone::sqlite
