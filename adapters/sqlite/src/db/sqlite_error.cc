#include "db/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>
#include <string>
#include <system_error>

#include <dropzone/call/call_options.h>

namespace dropzone::sqlite {
namespace {

bool means_full(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

/// "disk I/O error (778): what the connection says, errno 5: Input/output error"
std::string cause_of(int result_code, int system_error, std::string_view message) {
  std::string cause = sqlite3_errstr(result_code);
  cause.append(" (").append(std::to_string(result_code)).append(")");
  if (!message.empty() && message != sqlite3_errstr(result_code)) {
    cause.append(": ").append(message);
  }
  if (system_error != 0) {
    cause.append(", errno ").append(std::to_string(system_error)).append(": ");
    cause.append(std::generic_category().message(system_error));
  }
  return cause;
}

Error meaning_of(int result_code, int system_error) {
  const int primary = result_code & 0xff;
  if (primary == SQLITE_FULL || result_code == SQLITE_IOERR_SHMSIZE ||
      (primary == SQLITE_IOERR && means_full(system_error))) {
    return {ErrorCode::store_full,
            "The store's disk is full. What was confirmed is safe; make space and repeat."};
  }
  switch (primary) {
    case SQLITE_INTERRUPT: return deadline_exceeded();
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::store_corrupt, "The store's file is damaged. Restore it from a backup."};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return {ErrorCode::store_read_only, "The store's file cannot be written."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {ErrorCode::unavailable, "Another program holds the store's file. Repeat later."};
    case SQLITE_TOOBIG: return {ErrorCode::record_too_large, "The record does not fit the store."};
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return {ErrorCode::unavailable, std::string("The store's file cannot be used just now: ") +
                                          sqlite3_errstr(primary) + '.'};
    default:
      return {ErrorCode::internal,
              std::string("The store failed: ") + sqlite3_errstr(result_code) + '.'};
  }
}

// SQLite writes all pages before it syncs, the last of them makes the transaction, and nobody is
// notified of it before the sync: if a write failed, the last one is missing.
bool is_not_in_log(int result_code) {
  const int primary = result_code & 0xff;
  return primary == SQLITE_FULL || primary == SQLITE_BUSY || result_code == SQLITE_IOERR_WRITE;
}

}  // namespace

Error commit_error(sqlite3* connection) {
  const int result_code = sqlite3_extended_errcode(connection);
  Error error = last_error(connection);
  if (is_not_in_log(result_code)) return error;
  error.code = ErrorCode::outcome_unknown;
  error.detail =
      "The disk failed while the write was being committed. It may have been stored: look, or "
      "repeat it with the same ids.";
  return error;
}

Error error_of(int result_code, int system_error, std::string_view message) {
  Error error = meaning_of(result_code, system_error);
  error.cause = cause_of(result_code, system_error, message);
  return error;
}

Error last_error(sqlite3* connection) {
  return error_of(sqlite3_extended_errcode(connection), sqlite3_system_errno(connection),
                  sqlite3_errmsg(connection));
}

}  // namespace dropzone::sqlite
