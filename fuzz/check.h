#pragma once

#include <stdexcept>

namespace dropzone {

/// What must hold of any input. That the exception is thrown is a fuzzer's finding.
inline void check(bool holds) {
  if (!holds) throw std::logic_error("what must hold of any input does not hold of this one");
}

}  // namespace dropzone
