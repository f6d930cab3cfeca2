#pragma once

#include <dropzone/http/server/requests_under_way.h>

namespace dropzone::log {

/// Makes a crash name the requests in progress. If a signal ends the process that its own
/// code has caused (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, and SIGABRT, with which an exception
/// that nobody catches ends, too), a line of its own says so, and one line for each request: its
/// id, method, route, address, principal and age. Then the signal does what it would have done.
///
/// At most one is there at a time. Threads need a SignalStack, else an overflow of theirs is
/// silent.
class CrashReport {
 public:
  struct Settings {
    bool json = false;
    int descriptor =
        2;  ///< Belongs to the caller. One that takes nothing holds the end up for 1 s.
  };

  /// The table must outlive this object.
  CrashReport(const http::RequestsUnderWay& under_way, Settings settings);
  /// The signals do again what they did before.
  ~CrashReport();
  CrashReport(const CrashReport&) = delete;
  CrashReport& operator=(const CrashReport&) = delete;
};

}  // namespace dropzone::log
