#pragma once

#include <cstdint>

namespace dropzone {

/// 64 bits of the operating system's random source, which nobody can guess. Takes about half a
/// microsecond. Thread-safe; throws std::system_error if there is no such source.
[[nodiscard]] std::uint64_t random_bits();

}  // namespace dropzone
