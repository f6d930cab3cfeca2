#pragma once

#include <cstdint>
#include <string>

#include <dropzone/text/base57.h>
#include <dropzone/value/digest.h>

namespace dropzone {

/// The first 128 bits of a hash in 22 characters, as an id.
inline std::string short_text(const Sha256& hash) {
  std::uint64_t halves[2] = {0, 0};
  for (std::size_t i = 0; i < 16; ++i) halves[i / 8] = halves[i / 8] << 8 | hash[i];
  std::string text;
  for (const std::uint64_t half : halves) append_base57(text, half);
  return text;
}

}  // namespace dropzone
