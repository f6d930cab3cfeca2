#pragma once

#include <sqlite3.h>

#include <cstdint>

namespace dropzone::sqlite {

/// A file of ours around one of SQLite's usual file system. SQLite allocates both in one piece, and
/// sees ours: `File` begins with a sqlite3_file, and the usual file follows it.
template <typename File>
File& own(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}

template <typename File>
sqlite3_file* inner(sqlite3_file* file) {
  static_assert(sizeof(File) % alignof(void*) == 0);  // As SQLite aligns its files.
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(File));
}

/// Makes the call that failed last in this thread known to last_system_error(): errno as it was
/// then, before further calls of the system have changed it. Returns the status, which is the
/// file's own.
int remember_failure(sqlite3_file* usual, int status) noexcept;

/// errno of the failure remembered last in this thread, which is then forgotten; 0 if there was
/// none.
int take_system_error() noexcept;

/// Syncs that failed so far, of all files of this process.
std::uint64_t failed_syncs() noexcept;

/// Passes a question on to the usual file.
template <typename File, auto Method, typename... Arguments>
auto ask(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* const usual = inner<File>(file);
  return (usual->pMethods->*Method)(usual, arguments...);
}

/// Passes a call on to the usual file, and remembers its failure.
template <typename File, auto Method, typename... Arguments>
int pass_on(sqlite3_file* file, Arguments... arguments) {
  return remember_failure(inner<File>(file), ask<File, Method, Arguments...>(file, arguments...));
}

}  // namespace dropzone::sqlite
