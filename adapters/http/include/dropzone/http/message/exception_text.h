#pragma once

#include <string>

namespace dropzone::http {

/// The exception that is being handled, for a log: its type and, of a std::exception, its text:
/// "std::out_of_range: vector::_M_range_check". Call it in a catch clause. "no memory" if
/// there is not even enough for that.
[[nodiscard]] std::string exception_text() noexcept;

}  // namespace dropzone::http
