#pragma once

#include <string>
#include <utility>

#include <dropzone/error.h>

namespace dropzone {

/// A fault in a definition: `invalid_configuration`.
[[nodiscard]] inline Error invalid_definition(std::string pointer, std::string detail) {
  return {ErrorCode::invalid_configuration, std::move(detail), std::move(pointer)};
}

/// An error found in a part of the definition, as one of the whole.
[[nodiscard]] inline Error within(const std::string& pointer, Error error) {
  error.pointer.insert(0, pointer);
  return error;
}

}  // namespace dropzone
