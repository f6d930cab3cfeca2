#include "files/wrapped_file.h"

#include <atomic>
#include <cerrno>
#include <utility>

namespace dropzone::sqlite {
namespace {

thread_local int kept_system_error = 0;
std::atomic<std::uint64_t> syncs_that_failed = 0;

// Others, such as SQLITE_BUSY and a read beyond the end, are not failures of the system.
bool is_failure(int status) {
  return status == SQLITE_FULL ||
         ((status & 0xff) == SQLITE_IOERR && status != SQLITE_IOERR_SHORT_READ);
}

}  // namespace

int remember_failure(sqlite3_file* usual, int status) noexcept {
  if (!is_failure(status)) return status;
  if (status == SQLITE_IOERR_FSYNC || status == SQLITE_IOERR_DIR_FSYNC) ++syncs_that_failed;
  const int now = errno;
  int of_file = 0;
  const int asked = usual->pMethods->xFileControl(usual, SQLITE_FCNTL_LAST_ERRNO, &of_file);
  kept_system_error = asked == SQLITE_OK && of_file != 0 ? of_file : now;
  return status;
}

std::uint64_t failed_syncs() noexcept { return syncs_that_failed; }

int take_system_error() noexcept { return std::exchange(kept_system_error, 0); }

}  // namespace dropzone::sqlite
