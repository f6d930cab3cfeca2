#pragma once

/// DROPZONE_EXPECTS(condition) checks a precondition that a header states. If contracts are
/// checked (the CMake option DROPZONE_CHECK_CONTRACTS, on in Debug builds), a caller that breaks
/// one ends the process with the file, line and condition. Elsewhere the condition is compiled but
/// not evaluated. For mistakes of the program alone: bad input is an Error.
#ifdef DROPZONE_CHECK_CONTRACTS
#define DROPZONE_EXPECTS(condition) \
  ((condition) ? static_cast<void>(0) : ::dropzone::contract_failed(#condition, __FILE__, __LINE__))
#else
#define DROPZONE_EXPECTS(condition) static_cast<void>(sizeof((condition) ? 1 : 0))
#endif

namespace dropzone {

/// Writes what was broken to standard error, and aborts.
[[noreturn]] void contract_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace dropzone
