#pragma once

#include <cstddef>
#include <string>

namespace dropzone::crypto {

/// Bytes that nobody can guess, fit for keys and salts. Thread-safe.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace dropzone::crypto
