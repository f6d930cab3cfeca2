#pragma once

#include <filesystem>
#include <optional>

#include <dropzone/result.h>

namespace dropzone::sqlite {

/// The place of a copy that is to replace a store. Once it has this name, the restoring is
/// decided: whoever locks the store next moves the old one away, and the copy in its place.
[[nodiscard]] std::filesystem::path restored_copy(const std::filesystem::path& store);

/// What the old store will be called, by the time at which the copy was last changed.
[[nodiscard]] std::filesystem::path name_for_old_store(const std::filesystem::path& store,
                                                       const std::filesystem::path& copy);

/// Ends a restoring that was decided, if there is one; returns what the old store is called now.
/// Removes what is left of one that was not.
/// Precondition: the store is locked.
Result<std::optional<std::filesystem::path>> finish_restore(const std::filesystem::path& store);

}  // namespace dropzone::sqlite
