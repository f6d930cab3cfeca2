#pragma once

#include <string>
#include <utility>

#include <dropzone/error.h>

namespace dropzone::datastore {

/// What the operator has to mend before a start: options, credentials.
[[nodiscard]] inline Error configuration_fault(std::string detail) {
  return {ErrorCode::invalid_configuration, std::move(detail)};
}

}  // namespace dropzone::datastore
